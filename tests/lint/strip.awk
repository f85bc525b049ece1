# strip.awk -- C source without comments and without the text of its strings; line numbers stay.
{
    out = ""
    i = 1
    while (i <= length($0)) {
        two = substr($0, i, 2)
        c = substr($0, i, 1)
        if (in_comment) {
            if (two == "*/") {
                in_comment = 0
                i++
            }
        } else if (two == "/*") {
            in_comment = 1
            i++
        } else if (two == "//") {
            break
        } else if (c == "\"" || c == "'") {
            out = out c
            for (i++; i <= length($0) && substr($0, i, 1) != c; i++)
                if (substr($0, i, 1) == "\\")
                    i++
            out = out c
        } else {
            out = out c
        }
        i++
    }
    print FILENAME ":" FNR ": " out
}
