/* unsubscribe.c -- the pages and the call behind the link of unsubscribe.h. */
#include "hub/unsubscribe.h"

#include <string.h>
#include <strings.h>

#include "io/json.h"
#include "base/buf.h"
#include "base/err.h"

enum { TOKEN_CHARACTERS = 43, STATUS_DONE = 200, STATUS_UNKNOWN = 404, STATUS_AWAY = 503 };

static const char prefix[] = "/v1/unsubscribe/";

struct sentences {
    const char *locale, *direction;
    const char *question, *button, *done, *unknown, *away;
};

static const struct sentences all[] = {
    {"en", "ltr", "Stop getting messages like this one?", "Stop them",
        "Done. You will get no more of these.", "This link is not valid any more.",
        "This did not work just now. Please try again."},
    {"nb", "ltr", "Vil du slutte å få slike meldinger?", "Stopp dem",
        "Ferdig. Du får ikke flere av disse.", "Denne lenken er ikke gyldig lenger.",
        "Det virket ikke akkurat nå. Prøv igjen."},
    {"ro", "ltr", "Nu mai doriți astfel de mesaje?", "Oprește-le",
        "Gata. Nu veți mai primi astfel de mesaje.", "Acest link nu mai este valabil.",
        "Nu a funcționat acum. Încercați din nou."},
    {"pt", "ltr", "Quer deixar de receber mensagens como esta?", "Parar",
        "Feito. Não receberá mais mensagens destas.", "Esta ligação já não é válida.",
        "Não funcionou agora. Tente novamente."},
    {"he", "rtl", "להפסיק לקבל הודעות כאלה?", "הפסקה", "בוצע. לא יישלחו אליך עוד הודעות כאלה.",
        "הקישור הזה אינו תקף עוד.", "הפעולה לא הצליחה כרגע. אפשר לנסות שוב."},
};

const char *unsubscribe_token(const char *path)
{
    const char *token = path + sizeof prefix - 1;

    if (strncmp(path, prefix, sizeof prefix - 1) != 0 || strlen(token) != TOKEN_CHARACTERS ||
        strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") !=
            TOKEN_CHARACTERS)
        return NULL;
    return token;
}

bool unsubscribe_is_form(const char *content_type, const char *body)
{
    static const char coded[] = "application/x-www-form-urlencoded",
                      parts[] = "multipart/form-data";

    if (content_type == NULL)
        return false;
    if (strncasecmp(content_type, coded, sizeof coded - 1) == 0)
        return strcmp(body, "List-Unsubscribe=One-Click") == 0;
    return strncasecmp(content_type, parts, sizeof parts - 1) == 0 &&
           strstr(body, "name=\"List-Unsubscribe\"") != NULL && strstr(body, "One-Click") != NULL;
}

void unsubscribe_request(const char *token, struct buf *out)
{
    buf_printf(out,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"consent.unsubscribe\",\"params\":{\"token\":\"%"
        "s\"}}",
        token);
}

int unsubscribe_status(const char *reply, size_t length_bytes)
{
    struct json *j = NULL;
    const char *reason;
    int status = STATUS_AWAY;

    if (json_parse(reply, length_bytes, &j, NULL) != ERR_OK)
        return status;
    reason = json_text(json_member(json_member(json_member(j, "error"), "data"), "reason"));
    if (json_member(j, "result") != NULL)
        status = STATUS_DONE;
    else if (reason != NULL && strcmp(reason, err_reason(ERR_NOT_FOUND)) == 0)
        status = STATUS_UNKNOWN;
    json_free(j);
    return status;
}

static const struct sentences *sentences_of(const char *locale)
{
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(all[i].locale, locale) == 0)
            return &all[i];
    return &all[0];
}

/* Large enough for a thumb, light or dark as the device is. */
static const char style[] =
    "<style>:root{color-scheme:light dark}body{font:1.25rem/1.5 system-ui,sans-serif;"
    "max-width:26rem;margin:20vh auto;padding:0 1.5rem;text-align:center}button{font:inherit;"
    "padding:.7rem 2rem;border:0;border-radius:.5rem;background:#0b5a73;color:#fff}</style>\n";

void unsubscribe_page(int status, const char *locale, struct buf *out)
{
    const struct sentences *s = sentences_of(locale);
    const char *text = s->away;

    if (status == 0)
        text = s->question;
    else if (status == STATUS_DONE)
        text = s->done;
    else if (status == STATUS_UNKNOWN)
        text = s->unknown;
    buf_printf(out,
        "<!doctype html>\n<html lang=\"%s\" dir=\"%s\">\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"robots\" "
        "content=\"noindex\">\n<title>%s</title>\n%s<p>%s</p>\n",
        s->locale, s->direction, text, style, text);
    if (status == 0)
        buf_printf(out,
            "<form method=\"post\"><input type=\"hidden\" name=\"List-Unsubscribe\" "
            "value=\"One-Click\"><button>%s</button></form>\n",
            s->button);
    buf_add_text(out, "</html>\n");
}
