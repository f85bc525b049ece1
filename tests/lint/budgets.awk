# budgets.awk -- functions of C in the house style (braces in column 1): at most 50 lines of body and
# 7 parameters.  Reads what strip.awk prints.
{
    place = $0
    sub(/: .*/, "", place)
    line = substr($0, length(place) + 3)
}
line ~ /^\{/ {
    begun = NR
    where = place
    head = signature
    signature = ""
    next
}
line ~ /^\}/ {
    if (begun) {
        name = head
        sub(/\(.*/, "", name)
        sub(/.*[ *]/, "", name)
        if (NR - begun - 1 > 50 && !(where ~ /^tests\// && name == "main"))
            print where ": " name " has " (NR - begun - 1) " lines, 50 are allowed"
        if (parameters(head) > 7)
            print where ": " name " has " parameters(head) " parameters, 7 are allowed"
    }
    begun = 0
    signature = ""
    next
}
!begun {
    if (line ~ /^[ \t]*$/ || line ~ /^#/ || line ~ /;[ \t]*$/)
        signature = ""
    else
        signature = signature " " line
}
function parameters(text,    i, c, depth, commas) {
    for (i = index(text, "("); i > 0 && i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "(")
            depth++
        else if (c == ")" && --depth == 0)
            break
        else if (c == "," && depth == 1)
            commas++
    }
    return commas + 1
}
