/* words.c -- the sentences of err.def in Norwegian, Romanian, Portuguese and Hebrew; English stands in err.def. */
#include "hub/words.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { NB, RO, PT, HE, TRANSLATIONS };

static const char *const locales[TRANSLATIONS] = {"nb", "ro", "pt", "he"};

static const char *const sentences[ERR_COUNT][TRANSLATIONS] = {
    [ERR_PARSE] = {"Dette er ikke gyldig JSON.", "Acesta nu este JSON valid.",
        "Isto não é JSON válido.", "זה אינו JSON תקין."},
    [ERR_INVALID_REQUEST] = {"Dette er ikke en JSON-RPC 2.0-forespørsel.",
        "Aceasta nu este o cerere JSON-RPC 2.0.", "Isto não é um pedido JSON-RPC 2.0.",
        "זו אינה בקשת JSON-RPC 2.0."},
    [ERR_METHOD_NOT_FOUND] = {"Det finnes ingen slik metode.", "Nu există o astfel de metodă.",
        "Esse método não existe.", "אין שיטה כזו."},
    [ERR_INVALID_PARAMS] = {"En parameter mangler eller er feil.",
        "Un parametru lipsește sau este greșit.", "Falta um parâmetro ou está errado.",
        "פרמטר חסר או שגוי."},
    [ERR_INTERNAL] = {"Noe gikk galt hos oss.", "Ceva nu a mers bine la noi.",
        "Algo correu mal do nosso lado.", "משהו השתבש אצלנו."},
    [ERR_UNAUTHENTICATED] = {"Logg inn først.", "Autentificați-vă mai întâi.",
        "Inicie sessão primeiro.", "יש להתחבר תחילה."},
    [ERR_FORBIDDEN] = {"Rollen din tillater ikke dette.",
        "Rolul dumneavoastră nu permite acest lucru.", "O seu papel não permite isto.",
        "התפקיד שלך אינו מאפשר זאת."},
    [ERR_NOT_FOUND] = {"Det finnes ikke noe med det navnet.", "Nu există nimic cu acest nume.",
        "Não existe nada com esse nome.", "אין כאן דבר בשם זה."},
    [ERR_GONE] = {"Dette finnes ikke lenger.", "Acest lucru nu mai există.", "Isto já não existe.",
        "זה כבר אינו קיים."},
    [ERR_CONFLICT] = {"Noen endret dette før deg.",
        "Cineva a modificat acest lucru înaintea dumneavoastră.",
        "Alguém alterou isto antes de si.", "מישהו שינה זאת לפניך."},
    [ERR_IDEM_MISMATCH] = {"Denne nøkkelen ble brukt til en annen forespørsel.",
        "Această cheie a fost folosită pentru altă cerere.",
        "Esta chave foi usada para outro pedido.", "המפתח הזה שימש לבקשה אחרת."},
    [ERR_RATE] = {"For mange av disse; ta det litt roligere.",
        "Prea multe de acest fel; mai încet, vă rugăm.", "Demasiados pedidos destes; mais devagar.",
        "יותר מדי בקשות כאלה; יש להאט."},
    [ERR_BUSY] = {"For mange kall på en gang; prøv igjen om litt.",
        "Prea multe apeluri deodată; încercați din nou în curând.",
        "Demasiados pedidos ao mesmo tempo; tente de novo daqui a pouco.",
        "יותר מדי קריאות בבת אחת; יש לנסות שוב בקרוב."},
    [ERR_UNAVAILABLE] = {"Klubben kan ikke nås akkurat nå; prøv igjen om litt.",
        "Clubul nu este accesibil momentan; încercați din nou în curând.",
        "O clube não está acessível de momento; tente de novo daqui a pouco.",
        "המועדון אינו זמין כרגע; יש לנסות שוב בקרוב."},
    [ERR_TIMEOUT] = {"Dette tok for lang tid.", "A durat prea mult.", "Isto demorou demasiado.",
        "זה ארך זמן רב מדי."},
    [ERR_SOLD_OUT] = {"Disse plassene er opptatt.", "Aceste locuri sunt ocupate.",
        "Estes lugares estão ocupados.", "המקומות האלה תפוסים."},
    [ERR_NOT_OPEN_YET] = {"Dette har ikke åpnet ennå.", "Încă nu s-a deschis.",
        "Isto ainda não abriu.", "זה עדיין לא נפתח."},
    [ERR_CONSENT_REQUIRED] = {"Dette krever ditt samtykke.",
        "Pentru aceasta este nevoie de consimțământul dumneavoastră.",
        "Isto requer o seu consentimento.", "לכך נדרשת הסכמתך."},
    [ERR_OUT_OF_STOCK] = {"Det er ingen igjen.", "Nu a mai rămas niciunul.", "Já não há nenhum.",
        "לא נותרו עוד."},
    [ERR_PAYMENT_REF_USED] = {"Denne betalingen hører til noe annet.",
        "Această plată aparține altei rezervări.", "Este pagamento pertence a outra coisa.",
        "תשלום זה שייך למשהו אחר."},
    [ERR_TIER_TOO_LOW] = {"Dette er for medlemmer på et høyere nivå.",
        "Acest lucru este pentru membri de nivel mai înalt.",
        "Isto é para membros de um nível mais alto.", "זה מיועד לחברים בדרגה גבוהה יותר."},
    [ERR_QUEUE] = {"Det er ikke din tur i køen ennå.",
        "Nu este încă rândul dumneavoastră la coadă.", "Ainda não é a sua vez na fila.",
        "עוד לא הגיע תורך."},
    [ERR_ALREADY_REVERSED] = {"Så mye er det ikke igjen av dette.",
        "Nu a mai rămas atât din aceasta.", "Já não resta tanto disto.", "לא נותר מזה כל כך הרבה."},
    [ERR_CODE_USED] = {"Denne koden er allerede brukt.", "Acest cod a fost deja folosit.",
        "Este código já foi usado.", "הקוד הזה כבר נוצל."},
    [ERR_CARD_LOCKED] = {"Dette kortet er sperret.", "Acest card este blocat.",
        "Este cartão está bloqueado.", "הכרטיס הזה נעול."},
    [ERR_AGE_LIMIT] = {"Alderen din tillater ikke dette.",
        "Vârsta dumneavoastră nu permite acest lucru.", "A sua idade não permite isto.",
        "גילך אינו מאפשר זאת."},
    [ERR_NOT_MEMBER] = {"Bare medlemmer av klubben kan gjøre dette.",
        "Doar membrii clubului pot face acest lucru.", "Só os membros do clube podem fazer isto.",
        "רק חברי המועדון רשאים לעשות זאת."},
    [ERR_GUARDIAN_REQUIRED] = {"En foresatt må først gi sitt samtykke.",
        "Mai întâi trebuie să fie de acord un tutore.",
        "Primeiro, um encarregado tem de dar o seu acordo.", "נדרשת תחילה הסכמה של אפוטרופוס."},
    [ERR_STEP_UP_REQUIRED] = {"Bekreft først at det er deg.",
        "Confirmați mai întâi că sunteți dumneavoastră.", "Confirme primeiro que é você.",
        "יש לאמת תחילה את זהותך."},
    [ERR_APPROVAL_REQUIRED] = {"En person til må godkjenne.",
        "Trebuie să fie de acord și o a doua persoană.", "Uma segunda pessoa tem de concordar.",
        "נדרש אישור של אדם נוסף."},
    [ERR_INVALID_STATE] = {"Dette kan ikke gjøres i nåværende tilstand.",
        "Acest lucru nu se poate face în starea actuală.",
        "Isto não pode ser feito no estado atual.", "לא ניתן לעשות זאת במצב הנוכחי."},
    [ERR_LIMIT] = {"En grense er nådd.", "A fost atinsă o limită.", "Foi atingido um limite.",
        "הגעת למגבלה."},
    [ERR_HOLD_EXPIRED] = {"Reservasjonen er utløpt.", "Rezervarea a expirat.", "A reserva expirou.",
        "תוקף השריון פג."},
    [ERR_HOLD_RESOLVED] = {"Reservasjonen er allerede avsluttet.",
        "Rezervarea a fost deja încheiată.", "A reserva já foi concluída.", "השריון כבר הסתיים."},
    [ERR_INSUFFICIENT_POINTS] = {"Det er ikke nok poeng.", "Nu sunt destule puncte.",
        "Não há pontos suficientes.", "אין מספיק נקודות."},
    [ERR_POINTS_FROZEN] = {"Disse poengene er sperret.", "Aceste puncte sunt blocate.",
        "Estes pontos estão bloqueados.", "הנקודות האלה מוקפאות."},
    [ERR_CODE_INVALID] = {"Koden eller passordet er feil.", "Codul sau parola este greșită.",
        "O código ou a palavra-passe está errada.", "הקוד או הסיסמה שגויים."},
    [ERR_STALE] = {"En nyere tekst er publisert; les den først.",
        "A fost publicat un text mai nou; citiți-l mai întâi.",
        "Foi publicado um texto mais recente; leia-o primeiro.",
        "פורסם נוסח חדש יותר; יש לקרוא אותו תחילה."},
    [ERR_CLOSED] = {"Dette er stengt for deg.", "Acest lucru vă este închis.",
        "Isto está fechado para si.", "זה סגור בפניך."},
    [ERR_RESTRICTED] = {"Kontoen din er begrenset.", "Contul dumneavoastră este restricționat.",
        "A sua conta está restringida.", "החשבון שלך מוגבל."},
};

const char *words_error(enum err e, const char *locale)
{
    for (int i = 0; locale != NULL && i < TRANSLATIONS; i++) {
        if (strcmp(locales[i], locale) == 0 && sentences[e][i] != NULL)
            return sentences[e][i];
    }
    return err_text(e);
}

/* The locale of a language tag like "nb-NO", or NULL. */
static const char *locale_of(const char *tag, size_t length)
{
    static const char *const others[][2] = {{"en", "en"}, {"no", "nb"}, {"nn", "nb"}, {"iw", "he"}};
    size_t primary = strcspn(tag, "-_;, \t");

    if (primary > length)
        primary = length;
    if (primary != 2)
        return NULL;
    for (int i = 0; i < TRANSLATIONS; i++) {
        if (strncasecmp(tag, locales[i], 2) == 0)
            return locales[i];
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strncasecmp(tag, others[i][0], 2) == 0)
            return others[i][1];
    }
    return NULL;
}

/* The weight of one entry "nb;q=0.9" in thousandths. */
static int weight_of(const char *entry, size_t length)
{
    const char *end = entry + length;
    const char *p = memchr(entry, ';', length);
    int weight = 0, unit = 100;

    while (p != NULL && p < end && (*p == ';' || *p == ' '))
        p++;
    if (p == NULL || end - p < 3 || (*p != 'q' && *p != 'Q') || p[1] != '=')
        return 1000;
    if (p[2] == '1')
        return 1000;
    for (p += 3; p < end && (*p == '.' || (*p >= '0' && *p <= '9')); p++) {
        if (*p == '.')
            continue;
        weight += unit * (*p - '0');
        unit /= 10;
    }
    return weight;
}

const char *words_locale(const char *accept_language)
{
    const char *best = "en";
    int best_weight = 0;

    for (const char *p = accept_language; p != NULL && *p != '\0';) {
        p += strspn(p, " \t,");
        size_t length = strcspn(p, ",");
        const char *locale = locale_of(p, length);
        int weight = weight_of(p, length);

        if (locale != NULL && weight > best_weight) {
            best = locale;
            best_weight = weight;
        }
        p += length;
    }
    return best;
}
