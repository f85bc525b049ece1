// generated.ts -- the protocol as types. Made from clients/protocol.json by `npm run generate`; do not edit.

export const protocolName = "clubhub.v1";
export const protocolVersion = "1";

/** Every method: what it takes and what it answers. */
export interface Methods {
    /** Mails a code to a new address, which is the account's once account.email_confirm has it. Who: member. Needs a fresh proof (session.step_up). Errors: RATE, INVALID_PARAMS, STEP_UP_REQUIRED, RESTRICTED. */
    "account.email_change": {
        params: {
            /** The new address. 3 to 254 characters. */
            email: string;
        };
        result: {
            /** Seconds for which a code that was mailed is good. 1 to 3600. */
            expires_in_s: number;
        };
    };
    /** Takes the new address with the code that was mailed there; the old one is told. Who: member. Errors: CODE_INVALID, CONFLICT, RESTRICTED. Publishes: profile.changed. */
    "account.email_confirm": {
        params: {
            /** The code that was mailed to the new address. 8 to 8 characters. */
            code: string;
        };
        result: {
            /** Of the profile now. 1 to 9007199254740991. */
            version: number;
        };
    };
    /** Signs in with a password; a new sign-in of its own on each device. Who: guest. Errors: UNAUTHENTICATED, RATE, CLOSED. Publishes: device.new. */
    "account.login": {
        params: {
            /** E-mail address of a member, or login of staff. 1 to 254 characters. */
            email: string;
            /** The password. 1 to 512 characters. */
            password: string;
            /** What the member calls this device. 1 to 200 characters. */
            device?: string;
        };
        result: {
            /** Access token, for session.auth or a header. 1 to 1024 characters. */
            token: string;
            /** Seconds for which it is good. 1 to 86400. */
            expires_in_s: number;
            /** For account.refresh; good once, for 30 days. 1 to 200 characters. */
            refresh_token: string;
            /** Who signed in. */
            principal: {
                /** What it is. */
                kind: "member" | "staff" | "service";
                /** Of a member or of staff. */
                id?: string;
                /** Of a member; null: none yet. 1 to 24 characters. */
                handle?: string | null;
                /** State of a member. 1 to 24 characters. */
                status?: string;
                /** Of staff. 1 to 254 characters. */
                login?: string;
                /** Of staff. 0 to 16 items. */
                roles?: (string)[];
                /** Of staff. 0 to 1000 items. */
                clubs?: (string)[];
                /** Of a service. 1 to 64 characters. */
                name?: string;
                /** Of a service. 0 to 16 items. */
                scopes?: (string)[];
            };
        };
    };
    /** Ends a sign-in: its tokens are void on every node when this answers. Who: guest, member, agent, moderator, editor, manager, analyst, privacy, admin. Errors: UNAUTHENTICATED. */
    "account.logout": {
        params: {
            /** A refresh token of the sign-in to end; the caller's own sign-in when left out. 1 to 200 characters. */
            refresh_token?: string;
        };
        result: Record<string, never>;
    };
    /** Sets a new password; the other sign-ins of the account have ended when this answers. Who: member, agent, moderator, editor, manager, analyst, privacy, admin. Needs a fresh proof (session.step_up). Errors: INVALID_PARAMS, STEP_UP_REQUIRED, CLOSED. */
    "account.password": {
        params: {
            /** The new password. 10 to 128 characters. */
            password: string;
        };
        result: Record<string, never>;
    };
    /** Exchanges a refresh token for new tokens; the old one is good for 30 s more. Who: guest, member, agent, moderator, editor, manager, analyst, privacy, admin. Errors: UNAUTHENTICATED, CLOSED. */
    "account.refresh": {
        params: {
            /** The newest refresh token. 1 to 200 characters. */
            refresh_token: string;
        };
        result: {
            /** Access token, for session.auth or a header. 1 to 1024 characters. */
            token: string;
            /** Seconds for which it is good. 1 to 86400. */
            expires_in_s: number;
            /** For account.refresh; good once, for 30 days. 1 to 200 characters. */
            refresh_token: string;
            /** Who signed in. */
            principal: {
                /** What it is. */
                kind: "member" | "staff" | "service";
                /** Of a member or of staff. */
                id?: string;
                /** Of a member; null: none yet. 1 to 24 characters. */
                handle?: string | null;
                /** State of a member. 1 to 24 characters. */
                status?: string;
                /** Of staff. 1 to 254 characters. */
                login?: string;
                /** Of staff. 0 to 16 items. */
                roles?: (string)[];
                /** Of staff. 0 to 1000 items. */
                clubs?: (string)[];
                /** Of a service. 1 to 64 characters. */
                name?: string;
                /** Of a service. 0 to 16 items. */
                scopes?: (string)[];
            };
        };
    };
    /** Sets a new password with the code; every sign-in of the account has ended when this answers. Who: guest. Errors: CODE_INVALID, RATE, INVALID_PARAMS, CLOSED. */
    "account.reset_confirm": {
        params: {
            /** As in account.reset_start. 3 to 254 characters. */
            email: string;
            /** The code that was mailed. 8 to 8 characters. */
            code: string;
            /** The new password. 10 to 128 characters. */
            password: string;
        };
        result: Record<string, never>;
    };
    /** Mails a code for a new password, if there is such an account; the answer does not say. Who: guest. Errors: RATE, INVALID_PARAMS, CLOSED. */
    "account.reset_start": {
        params: {
            /** E-mail address of a member, or login of staff. 3 to 254 characters. */
            email: string;
        };
        result: {
            /** Seconds for which a code that was mailed is good. 1 to 3600. */
            expires_in_s: number;
        };
    };
    /** Makes a new key of a service, or makes old ones void; their connections end. Who: admin. Needs a fresh proof (session.step_up). Errors: NOT_FOUND, STEP_UP_REQUIRED, LIMIT. */
    "admin.key_rotate": {
        params: {
            /** Name of the service: a-z, 0-9, - and _, a letter first. 1 to 40 characters. */
            service: string;
            /** replace: a new key, all others are void; add: a new key beside them; prune: all but the newest are void. */
            mode: "replace" | "add" | "prune";
            /** What it may call; as its newest key when left out. 1 to 6 items. */
            scopes?: ("pos" | "booking" | "crm" | "mailer" | "partner" | "ops")[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The service. 1 to 40 characters. */
            service: string;
            /** What its newest key may call. 1 to 6 items. */
            scopes: ("pos" | "booking" | "crm" | "mailer" | "partner" | "ops")[];
            /** Keys that are good now. 1 to 5. */
            live: number;
            /** Keys that this call made void. 0 to 5. */
            revoked: number;
            /** The new key, told this once; a replay has none. 43 to 43 characters. */
            key?: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Makes or changes an account of the staff; what it gives to admin or privacy takes four eyes. Who: admin. Needs a fresh proof (session.step_up). Errors: FORBIDDEN, NOT_FOUND, CONFLICT, STEP_UP_REQUIRED, APPROVAL_REQUIRED. Publishes: approval.needed. */
    "admin.staff_set": {
        params: {
            /** The account; left out: a new one. */
            staff?: string;
            /** E-mail address; of a new one. 3 to 254 characters. */
            login?: string;
            /** All its roles. 0 to 7 items. */
            roles?: ("agent" | "moderator" | "editor" | "manager" | "analyst" | "privacy" | "admin")[];
            /** All its clubs, of the caller's own. 0 to 100 items. */
            clubs?: (string)[];
            /** False: it signs in no more. */
            active?: boolean;
            /** Its language. */
            locale?: "en" | "nb" | "ro" | "pt" | "he";
            /** True: the answer tells a new password, and every sign-in of the account ends. */
            new_password?: boolean;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The account. */
            staff: string;
            /** Its login. 1 to 254 characters. */
            login: string;
            /** Its roles. 0 to 7 items. */
            roles: ("agent" | "moderator" | "editor" | "manager" | "analyst" | "privacy" | "admin")[];
            /** Its clubs. 0 to 100 items. */
            clubs: (string)[];
            /** Whether it can sign in. */
            active: boolean;
            /** Its language. 2 to 16 characters. */
            locale: string;
            /** Its password, told this once; a replay has none. 8 to 64 characters. */
            password?: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lets a colleague's call go through, or not; by somebody who may make that call. Who: agent, moderator, editor, manager, analyst, privacy, admin. Needs a fresh proof (session.step_up). Errors: FORBIDDEN, NOT_FOUND, STEP_UP_REQUIRED, INVALID_STATE. Publishes: approval.decided. */
    "approval.decide": {
        params: {
            /** The question. */
            approval: string;
            /** True: the call may go through, once, within 24 hours. */
            grant: boolean;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The question. */
            approval: string;
            /** The decision. */
            state: "granted" | "denied";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists calls that wait for a second person: the caller's, and those to decide. Who: agent, moderator, editor, manager, analyst, privacy, admin. */
    "approval.list": {
        params: {
            /** Rows at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the newest when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Newest first. 0 to 100 items. */
            approvals: {
                /** The question. */
                approval: string;
                /** The method that was called. 1 to 64 characters. */
                method: string;
                /** What it was called with: ids, numbers, words. */
                params: Record<string, unknown>;
                /** The clubs it is about. 0 to 1000 items. */
                clubs: (string)[];
                /** Granted: the asker's next call goes through. */
                state: "asked" | "granted";
                /** When it was asked. RFC 3339, UTC. */
                asked_at: string;
                /** It is void then. RFC 3339, UTC. */
                expires_at: string;
                /** True: the caller asked, so another person decides. */
                mine: boolean;
                /** Who asked. */
                asked_by: {
                    /** The person. */
                    staff: string;
                    /** Their login. 1 to 254 characters. */
                    login: string;
                };
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Gives a voucher back before it is used; its points return to who paid them. Who: member, agent. Errors: FORBIDDEN, NOT_FOUND, GONE, RESTRICTED. Publishes: voucher.changed, points.changed. */
    "benefit.cancel_voucher": {
        params: {
            /** Which voucher. */
            voucher: string;
            /** Why; staff must say it. 1 to 400 characters. */
            reason?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The voucher. */
            voucher: string;
            /** It is of no use any more; its points are back. */
            state: "cancelled";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes a benefit for its price in points: a voucher with a code. Who: member. Errors: NOT_FOUND, GONE, INVALID_STATE, OUT_OF_STOCK, TIER_TOO_LOW, LIMIT, INSUFFICIENT_POINTS, POINTS_FROZEN, RESTRICTED. Publishes: voucher.issued, points.changed. */
    "benefit.claim": {
        params: {
            /** Which benefit. */
            benefit: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** A voucher that is held, or a benefit that is offered. */
            what: "voucher" | "benefit";
            /** The benefit. */
            benefit: string;
            /** The club. */
            club: string;
            /** What it is. */
            kind: "discount" | "gift" | "service" | "access" | "voucher";
            /** Its title. 1 to 120 characters. */
            title: string;
            /** What holds for it. 1 to 4000 characters. */
            terms: string;
            /** With a code, by the app or by the card. */
            how: "code" | "app" | "card";
            /** Its price; a voucher is paid. 0 to 1000000000. */
            cost_points: number;
            /** True: now, as it is. */
            usable: boolean;
            /** Why not. 0 to 7 items. */
            reasons: ("TIER_TOO_LOW" | "NOT_ENOUGH_POINTS" | "OUT_OF_STOCK" | "NEEDS_BOOKING" | "NOT_YET" | "ENDED" | "PER_MEMBER_LIMIT")[];
            /** The rank it takes; null: the tier is high enough. 1 to 1000. */
            need_rank: number | null;
            /** Points that are missing; null: there are enough. 1 to 1000000000. */
            missing_points: number | null;
            /** From then on; null: at once. RFC 3339, UTC. */
            from: string | null;
            /** Until then; null: no end is set. RFC 3339, UTC. */
            until: string | null;
            /** Where; null: at the club. */
            partner: {
                /** The partner. */
                partner: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Where it is; null: not said. 1 to 120 characters. */
                town: string | null;
                /** ISO 3166 code; null: not said. 2 to 2 characters. */
                country: string | null;
                /** Its page; null: none. 8 to 300 characters. */
                url: string | null;
            } | null;
            /** The voucher. */
            voucher?: string;
            /** Where the voucher stands; given: away, by the reader. */
            state?: "issued" | "redeemed" | "expired" | "cancelled" | "given";
            /** How the voucher came to be. */
            cause?: "purchase" | "welcome" | "surprise" | "tier" | "goodwill";
            /** Who gave the voucher; null: nobody did. */
            giver?: {
                /** The member. */
                member?: string;
                /** The member's handle; null: none. 3 to 24 characters. */
                handle?: string | null;
                /** True: a member who has left for good. */
                former?: boolean;
            } | null;
            /** The code; a secret. Null when the call is repeated and the voucher is used or gone. 20 to 20 characters. */
            code: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Adds a benefit to a club's catalogue, as a draft or active at once. Who: manager. Errors: FORBIDDEN, INVALID_STATE, LIMIT. Publishes: benefit.changed. */
    "benefit.create": {
        params: {
            /** In which club. */
            club: string;
            /** What it is. */
            kind: "discount" | "gift" | "service" | "access" | "voucher";
            /** Its title, one line. 1 to 120 characters. */
            title: string;
            /** What holds for it. 1 to 4000 characters. */
            terms: string;
            /** With a code that is claimed (that is so when left out), by the app or by the card; only one with a code has a price, a stock or a limit per member. */
            how?: "code" | "app" | "card";
            /** Its price. 0 to 1000000000. */
            cost_points?: number;
            /** Least rank of the tier. 0 to 1000. */
            min_rank?: number;
            /** How many are left; no end when left out. 0 to 1000000000. */
            stock?: number;
            /** How often a member can claim it. 1 to 1000000000. */
            per_member?: number;
            /** From then on. RFC 3339, UTC. */
            valid_from?: string;
            /** Until then; vouchers end then, too. RFC 3339, UTC. */
            valid_to?: string;
            /** Days that a voucher is good. 1 to 3650. */
            voucher_days?: number;
            /** Its product category. */
            category?: string;
            /** Where it is used; at the club when left out. */
            partner?: string;
            /** True: it must be booked with the partner before. */
            needs_booking?: boolean;
            /** A draft when left out. */
            status?: "draft" | "active";
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The benefit. */
            benefit: string;
            /** The club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "discount" | "gift" | "service" | "access" | "voucher";
            /** Its title. 1 to 120 characters. */
            title: string;
            /** What holds for it. 1 to 4000 characters. */
            terms: string;
            /** With a code that is claimed, by the app or by the card. */
            how: "code" | "app" | "card";
            /** Its price. 0 to 1000000000. */
            cost_points: number;
            /** Least rank of the tier. 0 to 1000. */
            min_rank: number;
            /** Name of that tier; null: no tier is that high. 1 to 120 characters. */
            min_tier: string | null;
            /** How many are left; null: no end. 0 to 1000000000. */
            stock: number | null;
            /** How often a member can claim it; null: no end. 1 to 1000000000. */
            per_member: number | null;
            /** From then on; null: at once. RFC 3339, UTC. */
            valid_from: string | null;
            /** Until then; null: no end is set. RFC 3339, UTC. */
            valid_to: string | null;
            /** Days that a voucher is good; null: until valid_to. 1 to 3650. */
            voucher_days: number | null;
            /** True: book with the partner before it is used. */
            needs_booking: boolean;
            /** Where it is used; null: at the club. */
            partner: {
                /** The partner. */
                partner: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Where it is; null: not said. 1 to 120 characters. */
                town: string | null;
                /** ISO 3166 code; null: not said. 2 to 2 characters. */
                country: string | null;
                /** Its page; null: none. 8 to 300 characters. */
                url: string | null;
            } | null;
            /** Whether it is offered. */
            status: "draft" | "active" | "paused" | "retired";
            /** Rises with every change by a manager. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Everything the caller can use, or why not yet: vouchers held, with their codes, and what the caller's clubs offer. Who: member. Errors: RESTRICTED. */
    "benefit.entitlements": {
        params: {
            /** Of this club only; of all when left out. */
            club?: string;
        };
        result: {
            /** What ends first comes first; vouchers before benefits. 0 to 1000 items. */
            entitlements: {
                /** A voucher that is held, or a benefit that is offered. */
                what: "voucher" | "benefit";
                /** The benefit. */
                benefit: string;
                /** The club. */
                club: string;
                /** What it is. */
                kind: "discount" | "gift" | "service" | "access" | "voucher";
                /** Its title. 1 to 120 characters. */
                title: string;
                /** What holds for it. 1 to 4000 characters. */
                terms: string;
                /** With a code, by the app or by the card. */
                how: "code" | "app" | "card";
                /** Its price; a voucher is paid. 0 to 1000000000. */
                cost_points: number;
                /** True: now, as it is. */
                usable: boolean;
                /** Why not. 0 to 7 items. */
                reasons: ("TIER_TOO_LOW" | "NOT_ENOUGH_POINTS" | "OUT_OF_STOCK" | "NEEDS_BOOKING" | "NOT_YET" | "ENDED" | "PER_MEMBER_LIMIT")[];
                /** The rank it takes; null: the tier is high enough. 1 to 1000. */
                need_rank: number | null;
                /** Points that are missing; null: there are enough. 1 to 1000000000. */
                missing_points: number | null;
                /** From then on; null: at once. RFC 3339, UTC. */
                from: string | null;
                /** Until then; null: no end is set. RFC 3339, UTC. */
                until: string | null;
                /** Where; null: at the club. */
                partner: {
                    /** The partner. */
                    partner: string;
                    /** Its name. 1 to 120 characters. */
                    name: string;
                    /** Where it is; null: not said. 1 to 120 characters. */
                    town: string | null;
                    /** ISO 3166 code; null: not said. 2 to 2 characters. */
                    country: string | null;
                    /** Its page; null: none. 8 to 300 characters. */
                    url: string | null;
                } | null;
                /** The voucher. */
                voucher?: string;
                /** Where the voucher stands; given: away, by the reader. */
                state?: "issued" | "redeemed" | "expired" | "cancelled" | "given";
                /** How the voucher came to be. */
                cause?: "purchase" | "welcome" | "surprise" | "tier" | "goodwill";
                /** Who gave the voucher; null: nobody did. */
                giver?: {
                    /** The member. */
                    member?: string;
                    /** The member's handle; null: none. 3 to 24 characters. */
                    handle?: string | null;
                    /** True: a member who has left for good. */
                    former?: boolean;
                } | null;
                /** The code of a voucher; a secret. 20 to 20 characters. */
                code?: string;
            }[];
            /** True: there are more; ask club by club. */
            more: boolean;
        };
    };
    /** Answers one benefit; to managers also a draft. Who: member, manager. Errors: FORBIDDEN, NOT_FOUND, GONE, RESTRICTED. */
    "benefit.get": {
        params: {
            /** Which benefit. */
            benefit: string;
        };
        result: {
            /** The benefit. */
            benefit: string;
            /** The club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "discount" | "gift" | "service" | "access" | "voucher";
            /** Its title. 1 to 120 characters. */
            title: string;
            /** What holds for it. 1 to 4000 characters. */
            terms: string;
            /** With a code that is claimed, by the app or by the card. */
            how: "code" | "app" | "card";
            /** Its price. 0 to 1000000000. */
            cost_points: number;
            /** Least rank of the tier. 0 to 1000. */
            min_rank: number;
            /** Name of that tier; null: no tier is that high. 1 to 120 characters. */
            min_tier: string | null;
            /** How many are left; null: no end. 0 to 1000000000. */
            stock: number | null;
            /** How often a member can claim it; null: no end. 1 to 1000000000. */
            per_member: number | null;
            /** From then on; null: at once. RFC 3339, UTC. */
            valid_from: string | null;
            /** Until then; null: no end is set. RFC 3339, UTC. */
            valid_to: string | null;
            /** Days that a voucher is good; null: until valid_to. 1 to 3650. */
            voucher_days: number | null;
            /** True: book with the partner before it is used. */
            needs_booking: boolean;
            /** Where it is used; null: at the club. */
            partner: {
                /** The partner. */
                partner: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Where it is; null: not said. 1 to 120 characters. */
                town: string | null;
                /** ISO 3166 code; null: not said. 2 to 2 characters. */
                country: string | null;
                /** Its page; null: none. 8 to 300 characters. */
                url: string | null;
            } | null;
            /** Whether it is offered. */
            status: "draft" | "active" | "paused" | "retired";
            /** Rises with every change by a manager. 1 to 9007199254740991. */
            version: number;
        };
    };
    /** Hands a voucher on to a member of the caller's family, or of a plan that both have joined; answered when the caller's code is dead everywhere. Who: member. Errors: NOT_FOUND, GONE, INVALID_STATE, LIMIT, RESTRICTED. Publishes: voucher.changed, notify.added. */
    "benefit.give": {
        params: {
            /** Which voucher. */
            voucher: string;
            /** To whom; a member of the caller's family, or of a plan both are in. */
            to: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The voucher. */
            voucher: string;
            /** The code that the caller had is of no use any more. */
            state: "given";
            /** Who holds it now. */
            to: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists the catalogue of a club, whatever the caller's tier and points; to managers also what is not active. Who: member, manager. Errors: FORBIDDEN, NOT_MEMBER, RESTRICTED. */
    "benefit.list": {
        params: {
            /** Which club. */
            club: string;
            /** Of this product category only. */
            category?: string;
            /** Benefits at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the first when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Newest first. 0 to 100 items. */
            benefits: {
                /** The benefit. */
                benefit: string;
                /** The club. */
                club: string;
                /** Its product category; null: none. */
                category: string | null;
                /** What it is. */
                kind: "discount" | "gift" | "service" | "access" | "voucher";
                /** Its title. 1 to 120 characters. */
                title: string;
                /** What holds for it. 1 to 4000 characters. */
                terms: string;
                /** With a code that is claimed, by the app or by the card. */
                how: "code" | "app" | "card";
                /** Its price. 0 to 1000000000. */
                cost_points: number;
                /** Least rank of the tier. 0 to 1000. */
                min_rank: number;
                /** Name of that tier; null: no tier is that high. 1 to 120 characters. */
                min_tier: string | null;
                /** How many are left; null: no end. 0 to 1000000000. */
                stock: number | null;
                /** How often a member can claim it; null: no end. 1 to 1000000000. */
                per_member: number | null;
                /** From then on; null: at once. RFC 3339, UTC. */
                valid_from: string | null;
                /** Until then; null: no end is set. RFC 3339, UTC. */
                valid_to: string | null;
                /** Days that a voucher is good; null: until valid_to. 1 to 3650. */
                voucher_days: number | null;
                /** True: book with the partner before it is used. */
                needs_booking: boolean;
                /** Where it is used; null: at the club. */
                partner: {
                    /** The partner. */
                    partner: string;
                    /** Its name. 1 to 120 characters. */
                    name: string;
                    /** Where it is; null: not said. 1 to 120 characters. */
                    town: string | null;
                    /** ISO 3166 code; null: not said. 2 to 2 characters. */
                    country: string | null;
                    /** Its page; null: none. 8 to 300 characters. */
                    url: string | null;
                } | null;
                /** Whether it is offered. */
                status: "draft" | "active" | "paused" | "retired";
                /** Rises with every change by a manager. 1 to 9007199254740991. */
                version: number;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Takes a voucher by its code, once; a partner's service only those of its benefits. Who: service:pos, service:partner. Errors: GONE, RATE, INVALID_STATE, CODE_INVALID, CODE_USED. Publishes: voucher.redeemed. */
    "benefit.redeem_voucher": {
        params: {
            /** As the member shows it; case, blanks and hyphens do not count. 1 to 40 characters. */
            code: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The voucher. */
            voucher: string;
            /** What it is for. */
            benefit: string;
            /** What that is. */
            kind: "discount" | "gift" | "service" | "access" | "voucher";
            /** Its title. 1 to 120 characters. */
            title: string;
            /** What holds for it. 1 to 4000 characters. */
            terms: string;
            /** It is used now. */
            state: "redeemed";
            /** When. RFC 3339, UTC. */
            redeemed_at: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes a benefit out of the catalogue for good; its vouchers stay good. Who: manager. Errors: FORBIDDEN, NOT_FOUND, CONFLICT, INVALID_STATE. Publishes: benefit.changed. */
    "benefit.retire": {
        params: {
            /** Which benefit. */
            benefit: string;
            /** The version that the screen showed. 1 to 9007199254740991. */
            base: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The benefit. */
            benefit: string;
            /** The club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "discount" | "gift" | "service" | "access" | "voucher";
            /** Its title. 1 to 120 characters. */
            title: string;
            /** What holds for it. 1 to 4000 characters. */
            terms: string;
            /** With a code that is claimed, by the app or by the card. */
            how: "code" | "app" | "card";
            /** Its price. 0 to 1000000000. */
            cost_points: number;
            /** Least rank of the tier. 0 to 1000. */
            min_rank: number;
            /** Name of that tier; null: no tier is that high. 1 to 120 characters. */
            min_tier: string | null;
            /** How many are left; null: no end. 0 to 1000000000. */
            stock: number | null;
            /** How often a member can claim it; null: no end. 1 to 1000000000. */
            per_member: number | null;
            /** From then on; null: at once. RFC 3339, UTC. */
            valid_from: string | null;
            /** Until then; null: no end is set. RFC 3339, UTC. */
            valid_to: string | null;
            /** Days that a voucher is good; null: until valid_to. 1 to 3650. */
            voucher_days: number | null;
            /** True: book with the partner before it is used. */
            needs_booking: boolean;
            /** Where it is used; null: at the club. */
            partner: {
                /** The partner. */
                partner: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Where it is; null: not said. 1 to 120 characters. */
                town: string | null;
                /** ISO 3166 code; null: not said. 2 to 2 characters. */
                country: string | null;
                /** Its page; null: none. 8 to 300 characters. */
                url: string | null;
            } | null;
            /** Whether it is offered. */
            status: "draft" | "active" | "paused" | "retired";
            /** Rises with every change by a manager. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Changes what is given of a benefit and keeps the rest; vouchers stay as they are. Who: manager. Errors: FORBIDDEN, NOT_FOUND, CONFLICT, INVALID_STATE. Publishes: benefit.changed. */
    "benefit.update": {
        params: {
            /** Which benefit. */
            benefit: string;
            /** The version that the screen showed. 1 to 9007199254740991. */
            base: number;
            /** What it is. */
            kind?: "discount" | "gift" | "service" | "access" | "voucher";
            /** Its title, one line. 1 to 120 characters. */
            title?: string;
            /** What holds for it. 1 to 4000 characters. */
            terms?: string;
            /** With a code that is claimed (that is so when left out), by the app or by the card; only one with a code has a price, a stock or a limit per member. */
            how?: "code" | "app" | "card";
            /** Its price. 0 to 1000000000. */
            cost_points?: number;
            /** Least rank of the tier. 0 to 1000. */
            min_rank?: number;
            /** How many are left; no end when left out. 0 to 1000000000. */
            stock?: number;
            /** How often a member can claim it. 1 to 1000000000. */
            per_member?: number;
            /** From then on. RFC 3339, UTC. */
            valid_from?: string;
            /** Until then; vouchers end then, too. RFC 3339, UTC. */
            valid_to?: string;
            /** Days that a voucher is good. 1 to 3650. */
            voucher_days?: number;
            /** Its product category. */
            category?: string;
            /** Where it is used; at the club when left out. */
            partner?: string;
            /** True: it must be booked with the partner before. */
            needs_booking?: boolean;
            /** Whether it is offered. */
            status?: "active" | "paused";
            /** Fields that are to be empty. 0 to 10 items. */
            clear?: ("category" | "partner" | "per_member" | "stock" | "valid_from" | "valid_to" | "voucher_days")[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The benefit. */
            benefit: string;
            /** The club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "discount" | "gift" | "service" | "access" | "voucher";
            /** Its title. 1 to 120 characters. */
            title: string;
            /** What holds for it. 1 to 4000 characters. */
            terms: string;
            /** With a code that is claimed, by the app or by the card. */
            how: "code" | "app" | "card";
            /** Its price. 0 to 1000000000. */
            cost_points: number;
            /** Least rank of the tier. 0 to 1000. */
            min_rank: number;
            /** Name of that tier; null: no tier is that high. 1 to 120 characters. */
            min_tier: string | null;
            /** How many are left; null: no end. 0 to 1000000000. */
            stock: number | null;
            /** How often a member can claim it; null: no end. 1 to 1000000000. */
            per_member: number | null;
            /** From then on; null: at once. RFC 3339, UTC. */
            valid_from: string | null;
            /** Until then; null: no end is set. RFC 3339, UTC. */
            valid_to: string | null;
            /** Days that a voucher is good; null: until valid_to. 1 to 3650. */
            voucher_days: number | null;
            /** True: book with the partner before it is used. */
            needs_booking: boolean;
            /** Where it is used; null: at the club. */
            partner: {
                /** The partner. */
                partner: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Where it is; null: not said. 1 to 120 characters. */
                town: string | null;
                /** ISO 3166 code; null: not said. 2 to 2 characters. */
                country: string | null;
                /** Its page; null: none. 8 to 300 characters. */
                url: string | null;
            } | null;
            /** Whether it is offered. */
            status: "draft" | "active" | "paused" | "retired";
            /** Rises with every change by a manager. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells what this device needs to show the codes of the card; the first time after a sign-in it needs a fresh proof. Who: member. Errors: NOT_FOUND, STEP_UP_REQUIRED, CARD_LOCKED, RESTRICTED. Publishes: card.changed. */
    "card.code": {
        params: Record<string, never>;
        result: {
            /** Number of the card. 16 to 16 characters. */
            card: string;
            /** The HMAC of RFC 6238. */
            algorithm: "SHA1";
            /** Digits of a code. 8 to 8. */
            digits: number;
            /** Seconds of a step, counted from 1970. 30 to 30. */
            period_s: number;
            /** The key, in hexadecimal. Keep it where only this app can read it, and show `card|step|code`. 40 to 40 characters. */
            secret: string;
            /** The clock that tills go by; a code is good for its step, one more and one less. RFC 3339, UTC. */
            server_time: string;
        };
    };
    /** Tells the caller's card; who has none yet gets one. Who: member. Errors: NOT_FOUND, RESTRICTED. */
    "card.get": {
        params: Record<string, never>;
        result: {
            /** Its number; the last digit is Luhn's. 16 to 16 characters. */
            card: string;
            /** Whether tills take its codes. */
            status: "active" | "locked";
            /** Who locked it: the member, or 20 wrong codes in a row; null: it is not locked. */
            locked_by: "member" | "failures" | null;
            /** Since when the member has this number. RFC 3339, UTC. */
            issued_at: string;
            /** Sign-ins that have shown its codes and are not over. 0 to 20. */
            devices: number;
        };
    };
    /** Locks the card: from the answer on no till takes its codes. Who: member. Errors: NOT_FOUND, RESTRICTED. Publishes: card.changed. */
    "card.lock": {
        params: {
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** Its number; the last digit is Luhn's. 16 to 16 characters. */
            card: string;
            /** Whether tills take its codes. */
            status: "active" | "locked";
            /** Who locked it: the member, or 20 wrong codes in a row; null: it is not locked. */
            locked_by: "member" | "failures" | null;
            /** Since when the member has this number. RFC 3339, UTC. */
            issued_at: string;
            /** Sign-ins that have shown its codes and are not over. 0 to 20. */
            devices: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Gives the caller a card with another number; the old one and its codes are dead at once; 10 in 30 days. Who: member. Needs a fresh proof (session.step_up). Errors: NOT_FOUND, STEP_UP_REQUIRED, LIMIT, RESTRICTED. Publishes: card.changed. */
    "card.replace": {
        params: {
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** Its number; the last digit is Luhn's. 16 to 16 characters. */
            card: string;
            /** Whether tills take its codes. */
            status: "active" | "locked";
            /** Who locked it: the member, or 20 wrong codes in a row; null: it is not locked. */
            locked_by: "member" | "failures" | null;
            /** Since when the member has this number. RFC 3339, UTC. */
            issued_at: string;
            /** Sign-ins that have shown its codes and are not over. 0 to 20. */
            devices: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Unlocks the card, whoever locked it, and forgets the wrong codes that were tried. Who: member. Errors: NOT_FOUND, RESTRICTED. Publishes: card.changed. */
    "card.unlock": {
        params: {
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** Its number; the last digit is Luhn's. 16 to 16 characters. */
            card: string;
            /** Whether tills take its codes. */
            status: "active" | "locked";
            /** Who locked it: the member, or 20 wrong codes in a row; null: it is not locked. */
            locked_by: "member" | "failures" | null;
            /** Since when the member has this number. RFC 3339, UTC. */
            issued_at: string;
            /** Sign-ins that have shown its codes and are not over. 0 to 20. */
            devices: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Answers one club with its tracks, tiers and categories; to its staff with its settings. Who: guest, member, agent, moderator, editor, manager, analyst, privacy, admin. Errors: NOT_FOUND. */
    "club.get": {
        params: {
            /** Which club. */
            club: string;
            /** Language of the names; the caller's own when left out. 2 to 16 characters. */
            locale?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** Its name in addresses. 2 to 40 characters. */
            slug: string;
            /** Its name. 1 to 120 characters. */
            name: string;
            /** What kind of club. */
            form: "vip" | "fan" | "product_interest" | "benefit";
            /** How one gets in. */
            join_policy: "open" | "application" | "invitation";
            /** Its main language. 2 to 16 characters. */
            locale: string;
            /** Its time zone; days are counted there. 1 to 64 characters. */
            tz: string;
            /** ISO 4217 code. 3 to 3 characters. */
            currency: string;
            /** Least age; null: none. 1 to 99. */
            min_age: number | null;
            /** A frozen club takes no new members and posts; a closed one is there for its staff only. */
            status: "active" | "frozen" | "closed";
            /** What one can join, cheapest first. 0 to 100 items. */
            tracks: {
                /** The track. */
                track: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Whether it costs something, and how often. */
                fee_kind: "free" | "one_off" | "periodic";
                /** The fee; null: free. */
                fee: {
                    /** Amount in minor units. 0 to 9007199254740991. */
                    minor: number;
                    /** ISO 4217 code. 3 to 3 characters. */
                    cur: string;
                } | null;
                /** Months a fee lasts; null: not periodic. 1 to 1200. */
                period_months: number | null;
            }[];
            /** Its tiers, lowest first. 0 to 100 items. */
            tiers: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Tier points it takes to get there. 0 to 9007199254740991. */
                qualify_tp: number;
                /** Tier points it takes to stay. 0 to 9007199254740991. */
                retain_tp: number;
                /** Which points count. */
                window: "rolling" | "anniversary" | "calendar";
                /** Length of the window in months. 1 to 36. */
                window_months: number;
                /** Factor on points earned, in millionths. 0 to 10000000. */
                earn_ppm: number;
                /** Offers open so much earlier for its members, where they have no windows of their own. 0 to 527040. */
                early_lead_minutes: number;
                /** Seats that a member can book of one offer. 1 to 600. */
                seat_limit: number;
                /** Seats are held for so long. 0 to 10080. */
                hold_minutes: number;
            }[];
            /** What an application must answer. 0 to 10 items. */
            questions: (string)[];
            /** Its product categories. 0 to 1000 items. */
            categories: {
                /** The category. */
                category: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name in the language asked for, where there is one. 1 to 200 characters. */
                name: string;
            }[];
            /** Its settings; for its staff. */
            settings?: {
                /** Comments of a member in 24 hours. 1 to 10000. */
                comments_per_day: number | null;
                /** Comments of a new author in 24 hours. 1 to 10000. */
                comments_per_day_new: number | null;
                /** Who answers for the data; null: the club. 1 to 200 characters. */
                controller: string | null;
                /** True: members have an agent of their own. */
                dedicated_agent: boolean | null;
                /** Life of points in months; 0: for ever. 0 to 120. */
                expiry_months: number | null;
                /** How long seats are held for who is paying. 5 to 120. */
                hold_minutes: number | null;
                /** False: the club is there for its members only. */
                listed: boolean | null;
                /** True: the club has a magazine. */
                magazine: boolean | null;
                /** Offers sent to a member in 24 hours. 0 to 2. */
                marketing_per_day: number | null;
                /** Offers sent to a member in 7 days. 0 to 6. */
                marketing_per_week: number | null;
                /** Least age in years; 0 or null: none. 0 to 99. */
                min_age: number | null;
                /** True: posts of new authors wait. */
                moderate_new_authors: boolean | null;
                /** A member is a new author so long. 0 to 365. */
                new_author_days: number | null;
                /** What a point costs the club, in millionths of a minor unit; null: unknown. 0 to 1000000000. */
                point_value_micro: number | null;
                /** Posts of a member in 24 hours. 1 to 1000. */
                posts_per_day: number | null;
                /** Posts of a new author in 24 hours. 1 to 1000. */
                posts_per_day_new: number | null;
                /** True: members have price steps of their own. */
                preferential_prices: boolean | null;
                /** What an application must answer. 0 to 10 items. */
                questions: (string)[] | null;
                /** Days that points are pending; 0: none. 0 to 365. */
                return_days: number | null;
                /** Added to the priority of members' cases. 0 to 9. */
                support_prio: number | null;
                /** Words one can follow, beside the categories. 0 to 50 items. */
                topics: (string)[] | null;
                /** True: members may give points to one another. */
                transfers: boolean | null;
                /** True: the top tier waits ahead of the others. */
                waitlist_top_tier: boolean | null;
                /** What a new member gets, once for life. */
                welcome: {
                    /** Bonus points. 0 to 100000. */
                    points: number;
                    /** What there is a voucher for. 0 to 10 items. */
                    benefits: (string)[];
                } | null;
            };
            /** Rises with every change; for its staff. 1 to 9007199254740991. */
            version?: number;
        };
    };
    /** Lists the clubs one can look at. Who: guest, member, agent, moderator, editor, manager, analyst, privacy, admin. */
    "club.list": {
        params: {
            /** Clubs at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the first when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** The listed clubs. 0 to 100 items. */
            clubs: {
                /** The club. */
                club: string;
                /** Its name in addresses. 2 to 40 characters. */
                slug: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** What kind of club. */
                form: "vip" | "fan" | "product_interest" | "benefit";
                /** How one gets in. */
                join_policy: "open" | "application" | "invitation";
                /** Its main language. 2 to 16 characters. */
                locale: string;
                /** Its time zone; days are counted there. 1 to 64 characters. */
                tz: string;
                /** ISO 4217 code. 3 to 3 characters. */
                currency: string;
                /** Least age; null: none. 1 to 99. */
                min_age: number | null;
                /** A frozen club takes no new members and posts; a closed one is there for its staff only. */
                status: "active" | "frozen" | "closed";
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Changes what is given of a club and keeps the rest. Who: manager. Errors: FORBIDDEN, CONFLICT, INVALID_STATE. Publishes: club.changed. */
    "club.update": {
        params: {
            /** Which club. */
            club: string;
            /** The version that the screen showed. 1 to 9007199254740991. */
            base: number;
            /** Its name. 1 to 120 characters. */
            name?: string;
            /** How one gets in. */
            join_policy?: "open" | "application" | "invitation";
            /** Settings to change. */
            settings?: {
                /** Comments of a member in 24 hours. 1 to 10000. */
                comments_per_day?: number;
                /** Comments of a new author in 24 hours. 1 to 10000. */
                comments_per_day_new?: number;
                /** Who answers for the data; null: the club. 1 to 200 characters. */
                controller?: string;
                /** True: members have an agent of their own. */
                dedicated_agent?: boolean;
                /** Life of points in months; 0: for ever. 0 to 120. */
                expiry_months?: number;
                /** How long seats are held for who is paying. 5 to 120. */
                hold_minutes?: number;
                /** False: the club is there for its members only. */
                listed?: boolean;
                /** True: the club has a magazine. */
                magazine?: boolean;
                /** Offers sent to a member in 24 hours. 0 to 2. */
                marketing_per_day?: number;
                /** Offers sent to a member in 7 days. 0 to 6. */
                marketing_per_week?: number;
                /** Least age in years; 0 or null: none. 0 to 99. */
                min_age?: number;
                /** True: posts of new authors wait. */
                moderate_new_authors?: boolean;
                /** A member is a new author so long. 0 to 365. */
                new_author_days?: number;
                /** What a point costs the club, in millionths of a minor unit; null: unknown. 0 to 1000000000. */
                point_value_micro?: number;
                /** Posts of a member in 24 hours. 1 to 1000. */
                posts_per_day?: number;
                /** Posts of a new author in 24 hours. 1 to 1000. */
                posts_per_day_new?: number;
                /** True: members have price steps of their own. */
                preferential_prices?: boolean;
                /** What an application must answer. 0 to 10 items. */
                questions?: (string)[];
                /** Days that points are pending; 0: none. 0 to 365. */
                return_days?: number;
                /** Added to the priority of members' cases. 0 to 9. */
                support_prio?: number;
                /** Words one can follow, beside the categories. 0 to 50 items. */
                topics?: (string)[];
                /** True: members may give points to one another. */
                transfers?: boolean;
                /** True: the top tier waits ahead of the others. */
                waitlist_top_tier?: boolean;
                /** What a new member gets, once for life. */
                welcome?: {
                    /** Bonus points. 0 to 100000. */
                    points: number;
                    /** What there is a voucher for. 0 to 10 items. */
                    benefits: (string)[];
                };
            };
            /** Settings that go back to what holds for clubs of this form. 0 to 30 items. */
            clear?: ("comments_per_day" | "comments_per_day_new" | "controller" | "dedicated_agent" | "expiry_months" | "hold_minutes" | "listed" | "magazine" | "marketing_per_day" | "marketing_per_week" | "min_age" | "moderate_new_authors" | "new_author_days" | "point_value_micro" | "posts_per_day" | "posts_per_day_new" | "preferential_prices" | "questions" | "return_days" | "support_prio" | "topics" | "transfers" | "waitlist_top_tier" | "welcome")[];
            /** What goes with its tiers. 1 to 100 items. */
            tiers?: {
                /** Which tier. 0 to 1000. */
                rank: number;
                /** Offers announced from now on open so much earlier for its members. 0 to 527040. */
                early_lead_minutes?: number;
                /** Seats that a member can book of one offer. 1 to 600. */
                seat_limit?: number;
                /** Seats are held for so long. 2 to 30. */
                hold_minutes?: number;
            }[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** Its name in addresses. 2 to 40 characters. */
            slug: string;
            /** Its name. 1 to 120 characters. */
            name: string;
            /** What kind of club. */
            form: "vip" | "fan" | "product_interest" | "benefit";
            /** How one gets in. */
            join_policy: "open" | "application" | "invitation";
            /** Its main language. 2 to 16 characters. */
            locale: string;
            /** Its time zone; days are counted there. 1 to 64 characters. */
            tz: string;
            /** ISO 4217 code. 3 to 3 characters. */
            currency: string;
            /** Least age; null: none. 1 to 99. */
            min_age: number | null;
            /** A frozen club takes no new members and posts; a closed one is there for its staff only. */
            status: "active" | "frozen" | "closed";
            /** What one can join, cheapest first. 0 to 100 items. */
            tracks: {
                /** The track. */
                track: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Whether it costs something, and how often. */
                fee_kind: "free" | "one_off" | "periodic";
                /** The fee; null: free. */
                fee: {
                    /** Amount in minor units. 0 to 9007199254740991. */
                    minor: number;
                    /** ISO 4217 code. 3 to 3 characters. */
                    cur: string;
                } | null;
                /** Months a fee lasts; null: not periodic. 1 to 1200. */
                period_months: number | null;
            }[];
            /** Its tiers, lowest first. 0 to 100 items. */
            tiers: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Tier points it takes to get there. 0 to 9007199254740991. */
                qualify_tp: number;
                /** Tier points it takes to stay. 0 to 9007199254740991. */
                retain_tp: number;
                /** Which points count. */
                window: "rolling" | "anniversary" | "calendar";
                /** Length of the window in months. 1 to 36. */
                window_months: number;
                /** Factor on points earned, in millionths. 0 to 10000000. */
                earn_ppm: number;
                /** Offers open so much earlier for its members, where they have no windows of their own. 0 to 527040. */
                early_lead_minutes: number;
                /** Seats that a member can book of one offer. 1 to 600. */
                seat_limit: number;
                /** Seats are held for so long. 0 to 10080. */
                hold_minutes: number;
            }[];
            /** What an application must answer. 0 to 10 items. */
            questions: (string)[];
            /** Its product categories. 0 to 1000 items. */
            categories: {
                /** The category. */
                category: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name in the language asked for, where there is one. 1 to 200 characters. */
                name: string;
            }[];
            /** Its settings; for its staff. */
            settings?: {
                /** Comments of a member in 24 hours. 1 to 10000. */
                comments_per_day: number | null;
                /** Comments of a new author in 24 hours. 1 to 10000. */
                comments_per_day_new: number | null;
                /** Who answers for the data; null: the club. 1 to 200 characters. */
                controller: string | null;
                /** True: members have an agent of their own. */
                dedicated_agent: boolean | null;
                /** Life of points in months; 0: for ever. 0 to 120. */
                expiry_months: number | null;
                /** How long seats are held for who is paying. 5 to 120. */
                hold_minutes: number | null;
                /** False: the club is there for its members only. */
                listed: boolean | null;
                /** True: the club has a magazine. */
                magazine: boolean | null;
                /** Offers sent to a member in 24 hours. 0 to 2. */
                marketing_per_day: number | null;
                /** Offers sent to a member in 7 days. 0 to 6. */
                marketing_per_week: number | null;
                /** Least age in years; 0 or null: none. 0 to 99. */
                min_age: number | null;
                /** True: posts of new authors wait. */
                moderate_new_authors: boolean | null;
                /** A member is a new author so long. 0 to 365. */
                new_author_days: number | null;
                /** What a point costs the club, in millionths of a minor unit; null: unknown. 0 to 1000000000. */
                point_value_micro: number | null;
                /** Posts of a member in 24 hours. 1 to 1000. */
                posts_per_day: number | null;
                /** Posts of a new author in 24 hours. 1 to 1000. */
                posts_per_day_new: number | null;
                /** True: members have price steps of their own. */
                preferential_prices: boolean | null;
                /** What an application must answer. 0 to 10 items. */
                questions: (string)[] | null;
                /** Days that points are pending; 0: none. 0 to 365. */
                return_days: number | null;
                /** Added to the priority of members' cases. 0 to 9. */
                support_prio: number | null;
                /** Words one can follow, beside the categories. 0 to 50 items. */
                topics: (string)[] | null;
                /** True: members may give points to one another. */
                transfers: boolean | null;
                /** True: the top tier waits ahead of the others. */
                waitlist_top_tier: boolean | null;
                /** What a new member gets, once for life. */
                welcome: {
                    /** Bonus points. 0 to 100000. */
                    points: number;
                    /** What there is a voucher for. 0 to 10 items. */
                    benefits: (string)[];
                } | null;
            };
            /** Rises with every change; for its staff. 1 to 9007199254740991. */
            version?: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells what one may be asked for, in words, and what the caller has answered. Who: guest, member. Errors: NOT_FOUND. */
    "consent.catalog": {
        params: {
            /** Language of the texts; the caller's own when left out. 2 to 16 characters. */
            locale?: string;
            /** Only scopes of this club; the caller's clubs when left out. */
            club?: string;
        };
        result: {
            /** Language asked for. 2 to 16 characters. */
            locale: string;
            /** The caller's consent epoch; null for guests. 0 to 9007199254740991. */
            epoch: number | null;
            /** What one may be asked for. 0 to 100 items. */
            purposes: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Its legal basis. */
                basis: "consent" | "explicit_consent" | "li";
                /** What it is limited to. */
                scope_kind: "none" | "category" | "club" | "offer";
                /** Channels one is asked about one by one. 1 to 6 items. */
                channels: ("none" | "inapp" | "push" | "email" | "sms" | "phone" | "post")[];
                /** Channels on which a yes must be confirmed. 0 to 6 items. */
                double_opt_in: ("none" | "inapp" | "push" | "email" | "sms" | "phone" | "post")[];
                /** After so long a yes ends; null: never. 1 to 1200. */
                max_age_months: number | null;
                /** True: not open to the caller at this age. */
                closed: boolean;
                /** Version of the text. 1 to 1000000. */
                text_ver: number;
                /** Oldest version whose yes still counts. 1 to 1000000. */
                min_ver: number;
                /** Language of the text. 2 to 16 characters. */
                locale: string;
                /** Title. 1 to 200 characters. */
                title: string;
                /** The text one says yes or no to. 1 to 10000 characters. */
                body: string;
                /** What is new in this version. 0 to 2000 characters. */
                change_note: string;
                /** SHA-256 of the text, in hexadecimal. 64 to 64 characters. */
                sha256: string;
                /** Since when it is in force. RFC 3339, UTC. */
                valid_from: string;
            }[];
            /** Legitimate interests: what one may object to. 0 to 20 items. */
            interests: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** True: one may object to the whole; else only on single channels. */
                whole: boolean;
                /** True: nothing of it is sent to the caller at this age. */
                closed: boolean;
                /** Language of the text; null: none yet. 2 to 16 characters. */
                locale: string | null;
                /** Title; null: none yet. 1 to 200 characters. */
                title: string | null;
                /** What it is and why; null: none yet. 1 to 10000 characters. */
                body: string | null;
                /** Where one may object. 1 to 6 items. */
                channels: {
                    /** A channel on which one may object. */
                    channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                    /** What the caller has said; allowed for guests. */
                    state: "allowed" | "objected";
                }[];
            }[];
            /** Scopes of purposes that are limited to a club. 0 to 100 items. */
            clubs: {
                /** The club. */
                club: string;
                /** Its name. 1 to 120 characters. */
                name: string;
            }[];
            /** Scopes of purposes that are limited to a category. 0 to 1000 items. */
            categories: {
                /** The category. */
                category: string;
                /** Its club. */
                club: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name in the language asked for, where there is one. 1 to 200 characters. */
                name: string;
            }[];
            /** The caller's answers; empty for guests. 0 to 2000 items. */
            states: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when it has none. 1 to 18 characters. */
                scope: string;
                /** The channel. */
                channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** As of now: stale and expired are told as such at once. */
                state: "requested" | "pending_confirm" | "given" | "refused" | "withdrawn" | "expired" | "stale" | "objected" | "allowed";
                /** True: what needs this consent may be sent. */
                in_force: boolean;
                /** True: the app may ask about it by itself. What has no state may be asked about unless closed. */
                ask: boolean;
                /** Why the app may ask, or may not. */
                why: "closed" | "interest" | "waiting" | "given" | "withdrawn" | "asked_enough" | "refused" | "unanswered" | "stale" | "expired";
                /** Of a stale one: what has changed since, a line per version; else null. 1 to 20000 characters. */
                change_note: string | null;
                /** Version of the text; null: none. 1 to 1000000. */
                text_ver: number | null;
                /** When it ends by itself; null: never. RFC 3339, UTC. */
                expires_at: string | null;
                /** The piece of evidence it rests on. */
                event: string;
            }[];
        };
    };
    /** Tells of up to 1,000 triples of members whether they are in force, for a second. Who: service:crm, service:mailer. */
    "consent.check": {
        params: {
            /** What is asked. 1 to 1000 items. */
            items: {
                /** The member. */
                member: string;
                /** The purpose: one with consent, or a legitimate interest. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when left out. 1 to 18 characters. */
                scope?: string;
                /** The channel; none when left out. */
                channel?: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
            }[];
        };
        result: {
            /** How long the answer is good. 1000 to 1000. */
            valid_ms: number;
            /** In the order asked. 1 to 1000 items. */
            results: {
                /** True: it may be sent to this member now. */
                in_force: boolean;
                /** The piece of evidence; null: not in force, or a legitimate interest. */
                event: string | null;
            }[];
        };
    };
    /** Confirms what one said yes to on a channel, with the code that came there. Who: guest, member. Errors: CODE_INVALID, CLOSED, RESTRICTED. Publishes: consent.changed. */
    "consent.confirm": {
        params: {
            /** The eight digits of the message. 8 to 8 characters. */
            code: string;
            /** For who is not signed in: the e-mail address of the account. 3 to 254 characters. */
            email?: string;
            /** Screen and control that were used, as evidence. 1 to 80 characters. */
            method?: string;
            /** Version of the app, as evidence. 1 to 40 characters. */
            app?: string;
        };
        result: {
            /** The caller's consent epoch; base of the next yes. 0 to 9007199254740991. */
            epoch: number;
            /** The triples that changed, as they are now. 0 to 2000 items. */
            states: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when it has none. 1 to 18 characters. */
                scope: string;
                /** The channel. */
                channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** As of now: stale and expired are told as such at once. */
                state: "requested" | "pending_confirm" | "given" | "refused" | "withdrawn" | "expired" | "stale" | "objected" | "allowed";
                /** True: what needs this consent may be sent. */
                in_force: boolean;
                /** True: the app may ask about it by itself. What has no state may be asked about unless closed. */
                ask: boolean;
                /** Why the app may ask, or may not. */
                why: "closed" | "interest" | "waiting" | "given" | "withdrawn" | "asked_enough" | "refused" | "unanswered" | "stale" | "expired";
                /** Of a stale one: what has changed since, a line per version; else null. 1 to 20000 characters. */
                change_note: string | null;
                /** Version of the text; null: none. 1 to 1000000. */
                text_ver: number | null;
                /** When it ends by itself; null: never. RFC 3339, UTC. */
                expires_at: string | null;
                /** The piece of evidence it rests on. */
                event: string;
            }[];
        };
    };
    /** Says yes to triples of purpose, scope and channel, to the texts that were shown. Who: member. Errors: NOT_FOUND, CONFLICT, LIMIT, STALE, CLOSED, RESTRICTED. Publishes: consent.changed. */
    "consent.give": {
        params: {
            /** What one says yes to. 1 to 100 items. */
            items: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when left out. 1 to 18 characters. */
                scope?: string;
                /** The channel; none when left out. */
                channel?: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** Version of the text that was shown. 1 to 1000000. */
                text_ver: number;
                /** Language of the text that was shown. 2 to 16 characters. */
                locale: string;
            }[];
            /** The consent epoch that the screen showed. 0 to 9007199254740991. */
            base: number;
            /** Screen and control that were used, as evidence. 1 to 80 characters. */
            method?: string;
            /** Version of the app, as evidence. 1 to 40 characters. */
            app?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The caller's consent epoch; base of the next yes. 0 to 9007199254740991. */
            epoch: number;
            /** The triples that changed, as they are now. 0 to 2000 items. */
            states: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when it has none. 1 to 18 characters. */
                scope: string;
                /** The channel. */
                channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** As of now: stale and expired are told as such at once. */
                state: "requested" | "pending_confirm" | "given" | "refused" | "withdrawn" | "expired" | "stale" | "objected" | "allowed";
                /** True: what needs this consent may be sent. */
                in_force: boolean;
                /** True: the app may ask about it by itself. What has no state may be asked about unless closed. */
                ask: boolean;
                /** Why the app may ask, or may not. */
                why: "closed" | "interest" | "waiting" | "given" | "withdrawn" | "asked_enough" | "refused" | "unanswered" | "stale" | "expired";
                /** Of a stale one: what has changed since, a line per version; else null. 1 to 20000 characters. */
                change_note: string | null;
                /** Version of the text; null: none. 1 to 1000000. */
                text_ver: number | null;
                /** When it ends by itself; null: never. RFC 3339, UTC. */
                expires_at: string | null;
                /** The piece of evidence it rests on. */
                event: string;
            }[];
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists the evidence of one member, newest first. Who: member, privacy. Errors: NOT_FOUND. */
    "consent.history": {
        params: {
            /** Whose; the caller's own when left out. For the privacy team, and on the record. */
            member?: string;
            /** Rows at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the newest when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Newest first. 0 to 100 items. */
            events: {
                /** The piece of evidence. */
                event: string;
                /** Its number in the caller's chain. 1 to 9007199254740991. */
                seq: number;
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0: none. 1 to 18 characters. */
                scope: string;
                /** The channel. */
                channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** What happened. */
                action: "request" | "give" | "confirm" | "refuse" | "withdraw" | "object" | "unobject" | "expire" | "supersede" | "import";
                /** Version of the text; null: none. 1 to 1000000. */
                text_ver: number | null;
                /** Language of the text; null: none. 2 to 16 characters. */
                locale: string | null;
                /** SHA-256 of the text shown; null: none. 64 to 64 characters. */
                text_sha256: string | null;
                /** Screen and control. 1 to 80 characters. */
                method: string;
                /** Version of the app; null: not told. 1 to 40 characters. */
                app: string | null;
                /** The sign-in, or the token; 0: by a link; null: none. 1 to 40 characters. */
                session: string | null;
                /** Network it came from, /24 or /48; null: not known. 1 to 48 characters. */
                address: string | null;
                /** Family of the browser; null: not known. 1 to 40 characters. */
                agent: string | null;
                /** True: a guardian answered. */
                by_guardian: boolean;
                /** When. RFC 3339, UTC. */
                at: string;
                /** Hash of the piece before; null: the first. 64 to 64 characters. */
                prev_hash: string | null;
                /** SHA-256 over prev_hash and this piece. 64 to 64 characters. */
                hash: string;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Objects to a legitimate interest; answered when it is in force everywhere. Who: member. Errors: CLOSED. Publishes: consent.changed. */
    "consent.object": {
        params: {
            /** The legitimate interest. 1 to 64 characters. */
            purpose: string;
            /** Only this channel; the whole when left out. */
            channel?: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
            /** Screen and control that were used, as evidence. 1 to 80 characters. */
            method?: string;
            /** Version of the app, as evidence. 1 to 40 characters. */
            app?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The caller's consent epoch; base of the next yes. 0 to 9007199254740991. */
            epoch: number;
            /** The triples that changed, as they are now. 0 to 2000 items. */
            states: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when it has none. 1 to 18 characters. */
                scope: string;
                /** The channel. */
                channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** As of now: stale and expired are told as such at once. */
                state: "requested" | "pending_confirm" | "given" | "refused" | "withdrawn" | "expired" | "stale" | "objected" | "allowed";
                /** True: what needs this consent may be sent. */
                in_force: boolean;
                /** True: the app may ask about it by itself. What has no state may be asked about unless closed. */
                ask: boolean;
                /** Why the app may ask, or may not. */
                why: "closed" | "interest" | "waiting" | "given" | "withdrawn" | "asked_enough" | "refused" | "unanswered" | "stale" | "expired";
                /** Of a stale one: what has changed since, a line per version; else null. 1 to 20000 characters. */
                change_note: string | null;
                /** Version of the text; null: none. 1 to 1000000. */
                text_ver: number | null;
                /** When it ends by itself; null: never. RFC 3339, UTC. */
                expires_at: string | null;
                /** The piece of evidence it rests on. */
                event: string;
            }[];
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Publishes a version of what members are asked, or further languages of one. Who: privacy. Errors: NOT_FOUND, CONFLICT, APPROVAL_REQUIRED, LIMIT. Publishes: approval.needed. */
    "consent.publish_text": {
        params: {
            /** The purpose. 1 to 64 characters. */
            purpose: string;
            /** The version of which these are translations; left out: they are the next one. 1 to 1000000. */
            ver?: number;
            /** Of a new version: in en, nb, ro, pt, he and every language of the one before. 1 to 12 items. */
            texts: {
                /** Language, like nb or pt-BR. 2 to 5 characters. */
                locale: string;
                /** Title. 1 to 200 characters. */
                title: string;
                /** The text one says yes or no to. 1 to 4000 characters. */
                body: string;
                /** What is new since the version before; of the first version left out. 1 to 1000 characters. */
                change_note?: string;
            }[];
            /** Of a new version. True: yeses to older ones end; takes a second person. */
            material?: boolean;
            /** Of a new version: since when it is in force; now when left out. RFC 3339, UTC. */
            valid_from?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The purpose. 1 to 64 characters. */
            purpose: string;
            /** The version. 1 to 1000000. */
            ver: number;
            /** Since when these texts are in force. RFC 3339, UTC. */
            valid_from: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Answers the signed record of one triple: text, evidence, and whether it is in force. Who: member, privacy. Errors: NOT_FOUND. */
    "consent.receipt": {
        params: {
            /** Whose; the caller's own when left out. For the privacy team, and on the record. */
            member?: string;
            /** The purpose. 1 to 64 characters. */
            purpose: string;
            /** Id of the club or category; 0 when left out. 1 to 18 characters. */
            scope?: string;
            /** The channel; none when left out. */
            channel?: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
        };
        result: {
            /** The record of the triple. */
            receipt: {
                /** What this is. */
                header: {
                    /** Standard whose sections these are. 1 to 64 characters. */
                    schema: string;
                    /** The piece of evidence the state rests on. */
                    receipt: string;
                    /** Language of the text; null: none. 2 to 16 characters. */
                    language: string | null;
                    /** When this receipt was made. RFC 3339, UTC. */
                    issued_at: string;
                };
                /** What for, in words. */
                processing: {
                    /** The purpose. 1 to 64 characters. */
                    purpose: string;
                    /** Its legal basis. */
                    basis: "consent" | "explicit_consent" | "li";
                    /** What it is limited to. */
                    scope_kind: "none" | "category" | "club" | "offer";
                    /** Id of the club or category; 0: none. 1 to 18 characters. */
                    scope: string;
                    /** The channel. */
                    channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                    /** Version of the text; null: none. 1 to 1000000. */
                    text_ver: number | null;
                    /** Title of the text; null: none. 1 to 200 characters. */
                    title: string | null;
                    /** The text; null: none. 1 to 10000 characters. */
                    body: string | null;
                    /** Kinds of data it needs; the app has the words. 0 to 20 items. */
                    data_categories: (string)[];
                    /** Who gets them; the app has the words. 1 to 20 items. */
                    recipients: (string)[];
                    /** How long what rests on it is kept. 1 to 200 characters. */
                    retention: string;
                    /** When it ends by itself; null: never. RFC 3339, UTC. */
                    expires_at: string | null;
                    /** The method that takes it back. 1 to 64 characters. */
                    withdraw: string;
                };
                /** Who and whose. */
                parties: {
                    /** Who is responsible. 1 to 200 characters. */
                    controller: string;
                    /** How to reach them; null: as the app says. 1 to 400 characters. */
                    contact: string | null;
                    /** The caller's pseudonym. 1 to 64 characters. */
                    subject: string;
                };
                /** The state of the triple. */
                state: "requested" | "pending_confirm" | "given" | "refused" | "withdrawn" | "expired" | "stale" | "objected" | "allowed";
                /** True: what needs this consent may be sent. */
                in_force: boolean;
                /** The evidence, oldest first; the newest forty. 1 to 40 items. */
                events: {
                    /** The piece of evidence. */
                    event: string;
                    /** Its number in the caller's chain. 1 to 9007199254740991. */
                    seq: number;
                    /** The purpose. 1 to 64 characters. */
                    purpose: string;
                    /** Id of the club or category; 0: none. 1 to 18 characters. */
                    scope: string;
                    /** The channel. */
                    channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                    /** What happened. */
                    action: "request" | "give" | "confirm" | "refuse" | "withdraw" | "object" | "unobject" | "expire" | "supersede" | "import";
                    /** Version of the text; null: none. 1 to 1000000. */
                    text_ver: number | null;
                    /** Language of the text; null: none. 2 to 16 characters. */
                    locale: string | null;
                    /** SHA-256 of the text shown; null: none. 64 to 64 characters. */
                    text_sha256: string | null;
                    /** Screen and control. 1 to 80 characters. */
                    method: string;
                    /** Version of the app; null: not told. 1 to 40 characters. */
                    app: string | null;
                    /** The sign-in, or the token; 0: by a link; null: none. 1 to 40 characters. */
                    session: string | null;
                    /** Network it came from, /24 or /48; null: not known. 1 to 48 characters. */
                    address: string | null;
                    /** Family of the browser; null: not known. 1 to 40 characters. */
                    agent: string | null;
                    /** True: a guardian answered. */
                    by_guardian: boolean;
                    /** When. RFC 3339, UTC. */
                    at: string;
                    /** Hash of the piece before; null: the first. 64 to 64 characters. */
                    prev_hash: string | null;
                    /** SHA-256 over prev_hash and this piece. 64 to 64 characters. */
                    hash: string;
                }[];
            };
            /** The same bytes, signed: a compact JWS (EdDSA) with a key of GET /v1/keys.json. 1 to 131072 characters. */
            jws: string;
        };
    };
    /** Says no to triples; where a yes was given it is taken back. Who: member. Errors: NOT_FOUND. Publishes: consent.changed. */
    "consent.refuse": {
        params: {
            /** What one says no to. 1 to 100 items. */
            items: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when left out. 1 to 18 characters. */
                scope?: string;
                /** The channel; none when left out. */
                channel?: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** Version of the text that was shown. 1 to 1000000. */
                text_ver?: number;
                /** Language of the text that was shown. 2 to 16 characters. */
                locale?: string;
            }[];
            /** Screen and control that were used, as evidence. 1 to 80 characters. */
            method?: string;
            /** Version of the app, as evidence. 1 to 40 characters. */
            app?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The caller's consent epoch; base of the next yes. 0 to 9007199254740991. */
            epoch: number;
            /** The triples that changed, as they are now. 0 to 2000 items. */
            states: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when it has none. 1 to 18 characters. */
                scope: string;
                /** The channel. */
                channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** As of now: stale and expired are told as such at once. */
                state: "requested" | "pending_confirm" | "given" | "refused" | "withdrawn" | "expired" | "stale" | "objected" | "allowed";
                /** True: what needs this consent may be sent. */
                in_force: boolean;
                /** True: the app may ask about it by itself. What has no state may be asked about unless closed. */
                ask: boolean;
                /** Why the app may ask, or may not. */
                why: "closed" | "interest" | "waiting" | "given" | "withdrawn" | "asked_enough" | "refused" | "unanswered" | "stale" | "expired";
                /** Of a stale one: what has changed since, a line per version; else null. 1 to 20000 characters. */
                change_note: string | null;
                /** Version of the text; null: none. 1 to 1000000. */
                text_ver: number | null;
                /** When it ends by itself; null: never. RFC 3339, UTC. */
                expires_at: string | null;
                /** The piece of evidence it rests on. */
                event: string;
            }[];
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Records which texts a screen has shown, as proof of what was asked. Who: member. Errors: NOT_FOUND, LIMIT, STALE, RESTRICTED. */
    "consent.shown": {
        params: {
            /** What was shown. 1 to 100 items. */
            items: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when left out. 1 to 18 characters. */
                scope?: string;
                /** The channel; none when left out. */
                channel?: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** Version of the text that was shown. 1 to 1000000. */
                text_ver: number;
                /** Language of the text that was shown. 2 to 16 characters. */
                locale: string;
            }[];
            /** Screen and control that were used, as evidence. 1 to 80 characters. */
            method?: string;
            /** Version of the app, as evidence. 1 to 40 characters. */
            app?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The caller's consent epoch; it has not changed. 0 to 9007199254740991. */
            epoch: number;
            /** Pieces of evidence. 1 to 100. */
            recorded: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists the versions of what members are asked about one purpose, with those to come. Who: privacy. */
    "consent.texts": {
        params: {
            /** The purpose. 1 to 64 characters. */
            purpose: string;
            /** Only this version, with its bodies. 1 to 1000000. */
            ver?: number;
            /** Only this language. 2 to 5 characters. */
            locale?: string;
        };
        result: {
            /** The purpose. 1 to 64 characters. */
            purpose: string;
            /** Oldest version whose yes still counts; null: no text yet. 1 to 1000000. */
            min_ver: number | null;
            /** Newest first, at most twenty. 0 to 20 items. */
            versions: {
                /** The version. 1 to 1000000. */
                ver: number;
                /** True: yeses to older ones end with it. */
                material: boolean;
                /** Since when it is in force, or will be. RFC 3339, UTC. */
                valid_from: string;
                /** True: this one is shown now. */
                current: boolean;
                /** Who published it. 1 to 80 characters. */
                published_by: string;
                /** Its languages. 1 to 100 items. */
                texts: {
                    /** Language. 2 to 16 characters. */
                    locale: string;
                    /** Title. 1 to 200 characters. */
                    title: string;
                    /** What is new in this version. 0 to 2000 characters. */
                    change_note: string;
                    /** SHA-256 of title, line feed and body, in hexadecimal. 64 to 64 characters. */
                    sha256: string;
                    /** The text; null: ask for the version. 1 to 10000 characters. */
                    body: string | null;
                }[];
            }[];
        };
    };
    /** Takes an objection to a legitimate interest back. Who: member. Errors: CONFLICT, LIMIT, CLOSED, RESTRICTED. Publishes: consent.changed. */
    "consent.unobject": {
        params: {
            /** The legitimate interest. 1 to 64 characters. */
            purpose: string;
            /** Only this channel; the whole when left out. */
            channel?: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
            /** The consent epoch that the screen showed. 0 to 9007199254740991. */
            base: number;
            /** Screen and control that were used, as evidence. 1 to 80 characters. */
            method?: string;
            /** Version of the app, as evidence. 1 to 40 characters. */
            app?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The caller's consent epoch; base of the next yes. 0 to 9007199254740991. */
            epoch: number;
            /** The triples that changed, as they are now. 0 to 2000 items. */
            states: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when it has none. 1 to 18 characters. */
                scope: string;
                /** The channel. */
                channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** As of now: stale and expired are told as such at once. */
                state: "requested" | "pending_confirm" | "given" | "refused" | "withdrawn" | "expired" | "stale" | "objected" | "allowed";
                /** True: what needs this consent may be sent. */
                in_force: boolean;
                /** True: the app may ask about it by itself. What has no state may be asked about unless closed. */
                ask: boolean;
                /** Why the app may ask, or may not. */
                why: "closed" | "interest" | "waiting" | "given" | "withdrawn" | "asked_enough" | "refused" | "unanswered" | "stale" | "expired";
                /** Of a stale one: what has changed since, a line per version; else null. 1 to 20000 characters. */
                change_note: string | null;
                /** Version of the text; null: none. 1 to 1000000. */
                text_ver: number | null;
                /** When it ends by itself; null: never. RFC 3339, UTC. */
                expires_at: string | null;
                /** The piece of evidence it rests on. */
                event: string;
            }[];
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes one kind of message back with the link in it; answered when in force everywhere. Who: guest, member. Errors: NOT_FOUND. Publishes: consent.changed. */
    "consent.unsubscribe": {
        params: {
            /** The last part of the link. 43 to 43 characters. */
            token: string;
        };
        result: {
            /** The caller's consent epoch; base of the next yes. 0 to 9007199254740991. */
            epoch: number;
            /** The triples that changed, as they are now. 0 to 2000 items. */
            states: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when it has none. 1 to 18 characters. */
                scope: string;
                /** The channel. */
                channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** As of now: stale and expired are told as such at once. */
                state: "requested" | "pending_confirm" | "given" | "refused" | "withdrawn" | "expired" | "stale" | "objected" | "allowed";
                /** True: what needs this consent may be sent. */
                in_force: boolean;
                /** True: the app may ask about it by itself. What has no state may be asked about unless closed. */
                ask: boolean;
                /** Why the app may ask, or may not. */
                why: "closed" | "interest" | "waiting" | "given" | "withdrawn" | "asked_enough" | "refused" | "unanswered" | "stale" | "expired";
                /** Of a stale one: what has changed since, a line per version; else null. 1 to 20000 characters. */
                change_note: string | null;
                /** Version of the text; null: none. 1 to 1000000. */
                text_ver: number | null;
                /** When it ends by itself; null: never. RFC 3339, UTC. */
                expires_at: string | null;
                /** The piece of evidence it rests on. */
                event: string;
            }[];
        };
    };
    /** Takes a yes back; answered when it is in force everywhere. Who: member. Publishes: consent.changed. */
    "consent.withdraw": {
        params: {
            /** The purpose. 1 to 64 characters. */
            purpose: string;
            /** Only this club or category; all when left out. 1 to 18 characters. */
            scope?: string;
            /** Only this channel; all when left out. */
            channel?: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
            /** Screen and control that were used, as evidence. 1 to 80 characters. */
            method?: string;
            /** Version of the app, as evidence. 1 to 40 characters. */
            app?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The caller's consent epoch; base of the next yes. 0 to 9007199254740991. */
            epoch: number;
            /** The triples that changed, as they are now. 0 to 2000 items. */
            states: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when it has none. 1 to 18 characters. */
                scope: string;
                /** The channel. */
                channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** As of now: stale and expired are told as such at once. */
                state: "requested" | "pending_confirm" | "given" | "refused" | "withdrawn" | "expired" | "stale" | "objected" | "allowed";
                /** True: what needs this consent may be sent. */
                in_force: boolean;
                /** True: the app may ask about it by itself. What has no state may be asked about unless closed. */
                ask: boolean;
                /** Why the app may ask, or may not. */
                why: "closed" | "interest" | "waiting" | "given" | "withdrawn" | "asked_enough" | "refused" | "unanswered" | "stale" | "expired";
                /** Of a stale one: what has changed since, a line per version; else null. 1 to 20000 characters. */
                change_note: string | null;
                /** Version of the text; null: none. 1 to 1000000. */
                text_ver: number | null;
                /** When it ends by itself; null: never. RFC 3339, UTC. */
                expires_at: string | null;
                /** The piece of evidence it rests on. */
                event: string;
            }[];
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes every yes back but explicit ones for a trip; answered when in force everywhere. Who: member. Publishes: consent.changed. */
    "consent.withdraw_all": {
        params: {
            /** Screen and control that were used, as evidence. 1 to 80 characters. */
            method?: string;
            /** Version of the app, as evidence. 1 to 40 characters. */
            app?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The caller's consent epoch; base of the next yes. 0 to 9007199254740991. */
            epoch: number;
            /** The triples that changed, as they are now. 0 to 2000 items. */
            states: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when it has none. 1 to 18 characters. */
                scope: string;
                /** The channel. */
                channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** As of now: stale and expired are told as such at once. */
                state: "requested" | "pending_confirm" | "given" | "refused" | "withdrawn" | "expired" | "stale" | "objected" | "allowed";
                /** True: what needs this consent may be sent. */
                in_force: boolean;
                /** True: the app may ask about it by itself. What has no state may be asked about unless closed. */
                ask: boolean;
                /** Why the app may ask, or may not. */
                why: "closed" | "interest" | "waiting" | "given" | "withdrawn" | "asked_enough" | "refused" | "unanswered" | "stale" | "expired";
                /** Of a stale one: what has changed since, a line per version; else null. 1 to 20000 characters. */
                change_note: string | null;
                /** Version of the text; null: none. 1 to 1000000. */
                text_ver: number | null;
                /** When it ends by itself; null: never. RFC 3339, UTC. */
                expires_at: string | null;
                /** The piece of evidence it rests on. */
                event: string;
            }[];
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Makes a device of the caller known for push messages; 20 at most. Who: member. Errors: NOT_FOUND, LIMIT, RESTRICTED. Publishes: device.new. */
    "device.register": {
        params: {
            /** What the device is. */
            platform: "ios" | "android" | "web";
            /** What its push service knows it by; kept sealed, told to the mailer only. 8 to 2048 characters. */
            push_token: string;
            /** Version of the app. 1 to 40 characters. */
            app_ver?: string;
            /** The device whose token this replaces. */
            device?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The device. */
            device: string;
            /** False: it was known already. */
            new: boolean;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Forgets a device of the caller and its push token. Who: member. Errors: NOT_FOUND. */
    "device.remove": {
        params: {
            /** The device. */
            device: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The device. */
            device: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Joins a family that has invited the caller; minors become its children. Who: member. Errors: NOT_FOUND, INVALID_STATE, LIMIT, RESTRICTED. Publishes: family.member. */
    "family.accept": {
        params: {
            /** The family. */
            family: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The family. */
            family: string;
            /** The member. */
            member: string;
            /** Where the member stands. */
            state: "invited" | "declined" | "active" | "left" | "removed" | "dissolving";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Puts points of the caller into the pool of the family; leaving brings back what is left of them. Who: member. Errors: NOT_FOUND, INVALID_STATE, INSUFFICIENT_POINTS, POINTS_FROZEN, RESTRICTED. Publishes: points.changed. */
    "family.contribute": {
        params: {
            /** How many. 1 to 9007199254740991. */
            amount: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The family. */
            family: string;
            /** The ledger transaction. */
            tx: string;
            /** How many went into the pool. 1 to 9007199254740991. */
            amount: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Founds a family with the caller as its head; one is in one family only. Who: member. Errors: AGE_LIMIT, INVALID_STATE, RESTRICTED. Publishes: family.member. */
    "family.create": {
        params: {
            /** How many it may have; 7 when left out. 2 to 11. */
            max_members?: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The family. */
            family: string;
            /** The member. */
            member: string;
            /** Where the member stands. */
            state: "invited" | "declined" | "active" | "left" | "removed" | "dissolving";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Turns an invitation to a family down. Who: member. Errors: NOT_FOUND. Publishes: family.member. */
    "family.decline": {
        params: {
            /** The family. */
            family: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The family. */
            family: string;
            /** The member. */
            member: string;
            /** Where the member stands. */
            state: "invited" | "declined" | "active" | "left" | "removed" | "dissolving";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Ends the family that the caller heads: in 72 hours everybody has the own points back. Who: member. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE, RESTRICTED. Publishes: family.member, notify.added. */
    "family.dissolve": {
        params: {
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The family. */
            family: string;
            /** Dissolving. */
            status: "active" | "dissolving" | "dissolved";
            /** When everybody has the own points back. RFC 3339, UTC. */
            dissolve_at: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Shows the caller's family: who is in it and, to adults, what is in the pool. Who: member. Errors: NOT_FOUND, RESTRICTED. */
    "family.get": {
        params: {
            /** A family that has invited the caller; the caller's own when left out. */
            family?: string;
        };
        result: {
            /** The family. */
            family: string;
            /** Dissolving: points go back to their owners in 72 hours. */
            status: "active" | "dissolving" | "dissolved";
            /** How many it may have. 2 to 11. */
            max_members: number;
            /** Rises with every change of the members. 1 to 9007199254740991. */
            version: number;
            /** When the points go back; null: it stays. RFC 3339, UTC. */
            dissolve_at: string | null;
            /** The members, the head first. Who is invited sees the head and the own row. 0 to 22 items. */
            members: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** True: somebody who has left for good. */
                former?: boolean;
                /** Head, adult or child. */
                role: "head" | "adult" | "child";
                /** Active; to the head also who is invited. */
                state: "invited" | "declined" | "active" | "left" | "removed" | "dissolving";
                /** True: may spend from the pool. */
                can_redeem: boolean;
                /** True: the other adults see when the member earns points. */
                share_activity: boolean;
                /** Since when; null: not yet. RFC 3339, UTC. */
                joined_at: string | null;
                /** What goes to the pool of each earning, seconds later; the caller's own. */
                contribution?: "manual" | "percent" | "all";
                /** How much of each earning, where the contribution is percent; the caller's own. 0 to 100. */
                percent?: number;
            }[];
            /** What they share; for adults. */
            pool?: {
                /** Points that can be spent now. 0 to 9007199254740991. */
                available: number;
                /** Points reserved by holds. 0 to 9007199254740991. */
                held: number;
                /** Version of the wallet; one more per ledger transaction. 0 to 9007199254740991. */
                ver: number;
            };
            /** The last changes of the pool and purchases of members who share theirs; for adults. 0 to 20 items. */
            activity?: {
                /** The ledger transaction. */
                tx: string;
                /** Its kind. */
                kind: "earn" | "mature" | "hold" | "capture" | "release" | "redeem" | "transfer" | "contribute" | "return_share" | "expire" | "adjust" | "reverse" | "forfeit" | "tier_earn" | "tier_reverse";
                /** What it did to the points that can be spent, or that are pending. -9007199254740991 to 9007199254740991. */
                amount: number;
                /** Who did it, where the member lets the others see that; null: not said. */
                member: string | null;
                /** True: a change of the pool; false: a purchase of a member. */
                pool: boolean;
                /** When. RFC 3339, UTC. */
                at: string;
            }[];
        };
    };
    /** Asks a member of one of the caller's clubs into the family that the caller heads. Who: member. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE, LIMIT, RESTRICTED. Publishes: family.member, notify.added. */
    "family.invite": {
        params: {
            /** Whom, by number. */
            member?: string;
            /** Whom, by handle. A young child can only be named so. 3 to 24 characters. */
            handle?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The family. */
            family: string;
            /** The member. */
            member: string;
            /** Where the member stands. */
            state: "invited" | "declined" | "active" | "left" | "removed" | "dissolving";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Leaves the family with what is left of the own points; the head dissolves it instead. Who: member. Errors: NOT_FOUND, INVALID_STATE, POINTS_FROZEN. Publishes: family.member, points.changed. */
    "family.leave": {
        params: {
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The family. */
            family: string;
            /** Who is not in it any more. */
            member: string;
            /** Left, removed, or declined of an invitation. */
            state: "invited" | "declined" | "active" | "left" | "removed" | "dissolving";
            /** Points of the pool that went along. 0 to 9007199254740991. */
            returned: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes a member out of the family, with that member's points, or an invitation back. Who: member. Errors: FORBIDDEN, NOT_FOUND, POINTS_FROZEN, RESTRICTED. Publishes: family.member, notify.added, points.changed. */
    "family.remove": {
        params: {
            /** The member, or who was invited. */
            member: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The family. */
            family: string;
            /** Who is not in it any more. */
            member: string;
            /** Left, removed, or declined of an invitation. */
            state: "invited" | "declined" | "active" | "left" | "removed" | "dissolving";
            /** Points of the pool that went along. 0 to 9007199254740991. */
            returned: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Sets who may spend from the pool, or what of the caller's own goes there and is seen. Who: member. Errors: FORBIDDEN, NOT_FOUND, RESTRICTED. Publishes: family.member. */
    "family.set_member": {
        params: {
            /** Of whom; the caller when left out. */
            member?: string;
            /** May spend from the pool; for the head to say. */
            can_redeem?: boolean;
            /** What of the caller's earnings goes to the pool by itself. */
            contribution?: "manual" | "percent" | "all";
            /** How much of each earning; with contribution percent. 1 to 100. */
            percent?: number;
            /** The other adults see when the caller earns points. */
            share_activity?: boolean;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The family. */
            family: string;
            /** The member. */
            member: string;
            /** Where the member stands. */
            state: "invited" | "declined" | "active" | "left" | "removed" | "dissolving";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Publishes an announcement of the club about its service. Who: editor. Errors: FORBIDDEN, INVALID_STATE. Publishes: post.published. */
    "feed.announce": {
        params: {
            /** Where. */
            club: string;
            /** Title. 1 to 120 characters. */
            title: string;
            /** Text; one that points to an offer is refused. 1 to 10000 characters. */
            body: string;
            /** Pictures that the club publishes. 0 to 10 items. */
            media?: {
                /** Path of a picture that the club publishes. 2 to 300 characters. */
                path: string;
                /** What it shows, in words. 0 to 300 characters. */
                alt?: string;
            }[];
            /** The whole club when left out. */
            audience?: {
                /** Members of this tier or a higher one. 0 to 1000. */
                min_rank: number;
            };
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The post. */
            post: string;
            /** Its state; pending: a moderator looks first. */
            state: "pending" | "published" | "hidden" | "deleted";
            /** Its version. 1 to 1. */
            version: number;
            /** When it was published; null: not yet. RFC 3339, UTC. */
            published_at: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Comments on a post, or answers a comment on it. Who: member. Errors: NOT_FOUND, INVALID_STATE, LIMIT, CLOSED, RESTRICTED. Publishes: notify.added, post.comment. */
    "feed.comment": {
        params: {
            /** The post. */
            post: string;
            /** Text; @handle mentions. 1 to 2000 characters. */
            body: string;
            /** The comment of the same post that it answers; it answers none itself. */
            parent?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The comment. */
            comment: string;
            /** Its post. */
            post: string;
            /** Its state. */
            state: "published" | "deleted";
            /** Its version. 1 to 1. */
            version: number;
            /** When it was written. RFC 3339, UTC. */
            at: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Deletes the caller's own comment; its text is gone at once, everywhere. Who: member. Errors: NOT_FOUND, GONE, RESTRICTED. Publishes: comment.changed. */
    "feed.comment_delete": {
        params: {
            /** The comment. */
            comment: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The comment. */
            comment: string;
            /** Deleted. */
            state: "published" | "deleted";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Replaces the text of the caller's own comment. Who: member. Errors: NOT_FOUND, GONE, CONFLICT, INVALID_STATE, LIMIT, CLOSED, RESTRICTED. Publishes: comment.changed, notify.added. */
    "feed.comment_edit": {
        params: {
            /** The comment. */
            comment: string;
            /** The version that was edited. 1 to 2000000000. */
            base: number;
            /** Text. 1 to 2000 characters. */
            body: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The comment. */
            comment: string;
            /** Its version. 1 to 2000000000. */
            version: number;
            /** When it was edited. RFC 3339, UTC. */
            edited_at: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists the comments of a post, oldest first, as the caller may see them. Who: member. Errors: NOT_FOUND, RESTRICTED. */
    "feed.comments": {
        params: {
            /** The post. */
            post: string;
            /** Comments at most; 50 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the oldest when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Oldest first, answers among them. 0 to 100 items. */
            comments: {
                /** The comment. */
                comment: string;
                /** Its post. */
                post: string;
                /** The comment that it answers; null: none. */
                parent: string | null;
                /** Who wrote it, as far as it may be shown. */
                author: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string | null;
                    /** Real name, where com.profile allows it. 1 to 200 characters. */
                    name?: string;
                    /** Town, where com.profile allows it. 1 to 200 characters. */
                    town?: string;
                    /** Tier, where com.badge allows it. */
                    tier?: {
                        /** Rank of the tier. 0 to 1000. */
                        rank: number;
                        /** Name of the tier. 1 to 120 characters. */
                        name: string;
                    };
                    /** True: a member who has left for good. */
                    former?: boolean;
                    /** True: staff of the club. */
                    staff?: boolean;
                };
                /** Text. 1 to 2000 characters. */
                body: string;
                /** Handles in body that are links, in order. 0 to 50 items. */
                mentions: {
                    /** The member. */
                    member: string;
                    /** The member's handle now. 1 to 24 characters. */
                    handle: string;
                    /** Where the @ stands in body, in code points from 0. 0 to 10000. */
                    from: number;
                    /** Where the text goes on after the handle. 1 to 10000. */
                    to: number;
                }[];
                /** Rises with every edit; base of the next. 1 to 2000000000. */
                version: number;
                /** When it was written. RFC 3339, UTC. */
                at: string;
                /** When it was last edited; null: never. RFC 3339, UTC. */
                edited_at: string | null;
                /** What the caller may do with it. 0 to 3 items. */
                can: ("delete" | "edit" | "report")[];
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Deletes the caller's own post; its texts are gone at once, everywhere. Who: member, editor. Errors: FORBIDDEN, NOT_FOUND, GONE, RESTRICTED. Publishes: post.removed. */
    "feed.delete": {
        params: {
            /** The post. */
            post: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The post. */
            post: string;
            /** Deleted. */
            state: "pending" | "published" | "hidden" | "deleted";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Replaces title, text, rating and subject of the caller's own post. Who: member. Errors: NOT_FOUND, GONE, CONFLICT, NOT_MEMBER, INVALID_STATE, LIMIT, CLOSED, RESTRICTED. Publishes: notify.added, post.edited, post.removed, report.new. */
    "feed.edit": {
        params: {
            /** The post. */
            post: string;
            /** The version that was edited. 1 to 2000000000. */
            base: number;
            /** Title; none when left out. 1 to 120 characters. */
            title?: string;
            /** Text. 1 to 10000 characters. */
            body: string;
            /** Of a recommendation; none when left out. 1 to 5. */
            rating?: number;
            /** What a recommendation is about; none when left out. 1 to 80 characters. */
            subject?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The post. */
            post: string;
            /** Its state; pending: a moderator looks first. */
            state: "pending" | "published" | "hidden" | "deleted";
            /** Its version. 1 to 2000000000. */
            version: number;
            /** When it was edited. RFC 3339, UTC. */
            edited_at: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Follows a topic of a club, or no longer; posts that say #topic are told. Who: member. Errors: NOT_FOUND, LIMIT, RESTRICTED. */
    "feed.follow": {
        params: {
            /** Which club. */
            club: string;
            /** The code of one of its categories, or one of the words in its settings. 1 to 40 characters. */
            topic: string;
            /** False: no longer. */
            on: boolean;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** The topic. 1 to 40 characters. */
            topic: string;
            /** True: followed. */
            on: boolean;
            /** All that the caller follows there. 0 to 100 items. */
            topics: (string)[];
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Answers one post as the caller may see it. Who: member. Errors: NOT_FOUND, RESTRICTED. */
    "feed.get": {
        params: {
            /** The post. */
            post: string;
        };
        result: {
            /** The post. */
            post: string;
            /** Its club. */
            club: string;
            /** What it is. */
            kind: "story" | "recommendation" | "question" | "announcement" | "article" | "offer_news" | "surprise_reveal";
            /** Who wrote it, as far as it may be shown. */
            author: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string | null;
                /** Real name, where com.profile allows it. 1 to 200 characters. */
                name?: string;
                /** Town, where com.profile allows it. 1 to 200 characters. */
                town?: string;
                /** Tier, where com.badge allows it. */
                tier?: {
                    /** Rank of the tier. 0 to 1000. */
                    rank: number;
                    /** Name of the tier. 1 to 120 characters. */
                    name: string;
                };
                /** True: a member who has left for good. */
                former?: boolean;
                /** True: staff of the club. */
                staff?: boolean;
            };
            /** Title; null: none. 1 to 120 characters. */
            title: string | null;
            /** Text. 1 to 10000 characters. */
            body: string;
            /** Handles in body that are links, in order. 0 to 50 items. */
            mentions: {
                /** The member. */
                member: string;
                /** The member's handle now. 1 to 24 characters. */
                handle: string;
                /** Where the @ stands in body, in code points from 0. 0 to 10000. */
                from: number;
                /** Where the text goes on after the handle. 1 to 10000. */
                to: number;
            }[];
            /** Pictures of the club. 0 to 10 items. */
            media: {
                /** Path of a picture that the club publishes. 2 to 300 characters. */
                path: string;
                /** What it shows, in words. 0 to 300 characters. */
                alt?: string;
            }[];
            /** Of a recommendation; null: none. 1 to 5. */
            rating: number | null;
            /** What a recommendation is about; null: none. 1 to 80 characters. */
            subject: string | null;
            /** Product category of offer news; null: none. */
            category: string | null;
            /** Whom it is for; null: the whole club. */
            audience: {
                /** Members of this tier or a higher one. 0 to 1000. */
                min_rank: number;
            } | null;
            /** Published, but for an author's own post that is not. */
            state: "pending" | "published" | "hidden" | "deleted";
            /** Rises with every edit; base of the next. 1 to 2000000000. */
            version: number;
            /** When it was published; null: not yet. RFC 3339, UTC. */
            published_at: string | null;
            /** When it was last edited; null: never. RFC 3339, UTC. */
            edited_at: string | null;
            /** Number of likes. 0 to 2000000000. */
            likes: number;
            /** Number of thanks. 0 to 2000000000. */
            thanks: number;
            /** Number of wows. 0 to 2000000000. */
            wow: number;
            /** Number of those going. 0 to 2000000000. */
            going: number;
            /** Number of comments. 0 to 2000000000. */
            comments: number;
            /** The caller's reactions. 0 to 4 items. */
            reacted: ("like" | "thanks" | "wow" | "going")[];
            /** What the caller may do with it. 0 to 6 items. */
            can: ("comment" | "delete" | "edit" | "hide" | "react" | "report")[];
            /** The caller's consent it is listed for; null: none. */
            basis: {
                /** The purpose, as in consent.catalog. 1 to 64 characters. */
                purpose: string;
                /** Its category. 1 to 20 characters. */
                scope: string;
                /** Always inapp. 1 to 16 characters. */
                channel: string;
            } | null;
        };
    };
    /** Takes a post out of the caller's own lists, or back into them. Who: member. Errors: NOT_FOUND, LIMIT, RESTRICTED. */
    "feed.hide": {
        params: {
            /** The post. */
            post: string;
            /** False: show it again. */
            on: boolean;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The post. */
            post: string;
            /** True: hidden. */
            on: boolean;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists the posts of a club, newest first, as the caller may see them. Who: member. Errors: NOT_FOUND, RESTRICTED. */
    "feed.list": {
        params: {
            /** Which club. */
            club: string;
            /** Posts at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the newest when left out. 1 to 64 characters. */
            cursor?: string;
            /** True: offer news too, also of categories one has not said yes to. */
            include_offers?: boolean;
        };
        result: {
            /** Newest first. 0 to 100 items. */
            posts: {
                /** The post. */
                post: string;
                /** Its club. */
                club: string;
                /** What it is. */
                kind: "story" | "recommendation" | "question" | "announcement" | "article" | "offer_news" | "surprise_reveal";
                /** Who wrote it, as far as it may be shown. */
                author: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string | null;
                    /** Real name, where com.profile allows it. 1 to 200 characters. */
                    name?: string;
                    /** Town, where com.profile allows it. 1 to 200 characters. */
                    town?: string;
                    /** Tier, where com.badge allows it. */
                    tier?: {
                        /** Rank of the tier. 0 to 1000. */
                        rank: number;
                        /** Name of the tier. 1 to 120 characters. */
                        name: string;
                    };
                    /** True: a member who has left for good. */
                    former?: boolean;
                    /** True: staff of the club. */
                    staff?: boolean;
                };
                /** Title; null: none. 1 to 120 characters. */
                title: string | null;
                /** Text. 1 to 10000 characters. */
                body: string;
                /** Handles in body that are links, in order. 0 to 50 items. */
                mentions: {
                    /** The member. */
                    member: string;
                    /** The member's handle now. 1 to 24 characters. */
                    handle: string;
                    /** Where the @ stands in body, in code points from 0. 0 to 10000. */
                    from: number;
                    /** Where the text goes on after the handle. 1 to 10000. */
                    to: number;
                }[];
                /** Pictures of the club. 0 to 10 items. */
                media: {
                    /** Path of a picture that the club publishes. 2 to 300 characters. */
                    path: string;
                    /** What it shows, in words. 0 to 300 characters. */
                    alt?: string;
                }[];
                /** Of a recommendation; null: none. 1 to 5. */
                rating: number | null;
                /** What a recommendation is about; null: none. 1 to 80 characters. */
                subject: string | null;
                /** Product category of offer news; null: none. */
                category: string | null;
                /** Whom it is for; null: the whole club. */
                audience: {
                    /** Members of this tier or a higher one. 0 to 1000. */
                    min_rank: number;
                } | null;
                /** Published, but for an author's own post that is not. */
                state: "pending" | "published" | "hidden" | "deleted";
                /** Rises with every edit; base of the next. 1 to 2000000000. */
                version: number;
                /** When it was published; null: not yet. RFC 3339, UTC. */
                published_at: string | null;
                /** When it was last edited; null: never. RFC 3339, UTC. */
                edited_at: string | null;
                /** Number of likes. 0 to 2000000000. */
                likes: number;
                /** Number of thanks. 0 to 2000000000. */
                thanks: number;
                /** Number of wows. 0 to 2000000000. */
                wow: number;
                /** Number of those going. 0 to 2000000000. */
                going: number;
                /** Number of comments. 0 to 2000000000. */
                comments: number;
                /** The caller's reactions. 0 to 4 items. */
                reacted: ("like" | "thanks" | "wow" | "going")[];
                /** What the caller may do with it. 0 to 6 items. */
                can: ("comment" | "delete" | "edit" | "hide" | "react" | "report")[];
                /** The caller's consent it is listed for; null: none. */
                basis: {
                    /** The purpose, as in consent.catalog. 1 to 64 characters. */
                    purpose: string;
                    /** Its category. 1 to 20 characters. */
                    scope: string;
                    /** Always inapp. 1 to 16 characters. */
                    channel: string;
                } | null;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Publishes an offer in a category, for members who allow offers of it. Who: editor. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE. Publishes: post.published. */
    "feed.offer_news": {
        params: {
            /** Where. */
            club: string;
            /** Product category; only members who allow offers of it get the news. */
            category: string;
            /** Title. 1 to 120 characters. */
            title: string;
            /** Text. 1 to 10000 characters. */
            body: string;
            /** Pictures that the club publishes. 0 to 10 items. */
            media?: {
                /** Path of a picture that the club publishes. 2 to 300 characters. */
                path: string;
                /** What it shows, in words. 0 to 300 characters. */
                alt?: string;
            }[];
            /** The whole club when left out. */
            audience?: {
                /** Members of this tier or a higher one. 0 to 1000. */
                min_rank: number;
            };
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The post. */
            post: string;
            /** Its state; pending: a moderator looks first. */
            state: "pending" | "published" | "hidden" | "deleted";
            /** Its version. 1 to 1. */
            version: number;
            /** When it was published; null: not yet. RFC 3339, UTC. */
            published_at: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Publishes a story, a recommendation or a question in a club. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, LIMIT, CLOSED, RESTRICTED. Publishes: notify.added, post.published, report.new. */
    "feed.post": {
        params: {
            /** Where. */
            club: string;
            /** What it is. */
            kind: "story" | "recommendation" | "question";
            /** Title. 1 to 120 characters. */
            title?: string;
            /** Text; @handle mentions, #topic is on a topic. 1 to 10000 characters. */
            body: string;
            /** Of a recommendation. 1 to 5. */
            rating?: number;
            /** What a recommendation is about. 1 to 80 characters. */
            subject?: string;
            /** The whole club when left out. */
            audience?: {
                /** Members of this tier or a higher one. 0 to 1000. */
                min_rank: number;
            };
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The post. */
            post: string;
            /** Its state; pending: a moderator looks first. */
            state: "pending" | "published" | "hidden" | "deleted";
            /** Its version. 1 to 1. */
            version: number;
            /** When it was published; null: not yet. RFC 3339, UTC. */
            published_at: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells how many members would get offer news of a category, and why others not. Who: editor. Errors: FORBIDDEN, NOT_FOUND. */
    "feed.preview": {
        params: {
            /** The club. */
            club: string;
            /** The category of the offer. */
            category: string;
        };
        result: {
            /** One per channel. 1 to 6 items. */
            channels: {
                /** The channel. */
                channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** Members who will get it, in full tens; null: fewer than ten. 10 to 9007199254740991. */
                will: number | null;
                /** Who have not answered; null: fewer than ten. 10 to 9007199254740991. */
                unknown: number | null;
                /** Who said no; null: fewer than ten. 10 to 9007199254740991. */
                refused: number | null;
                /** Who have not confirmed their yes; null: fewer than ten. 10 to 9007199254740991. */
                waiting: number | null;
                /** Whose yes is out of date; null: fewer than ten. 10 to 9007199254740991. */
                stale: number | null;
                /** Who are too young; null: fewer than ten. 10 to 9007199254740991. */
                closed: number | null;
                /** Whose account is not active; null: fewer than ten. 10 to 9007199254740991. */
                inactive: number | null;
                /** Without an address or device there; null: fewer than ten. 10 to 9007199254740991. */
                unreachable: number | null;
            }[];
        };
    };
    /** Adds one of the caller's reactions to a post; others see numbers only. Who: member. Errors: NOT_FOUND, INVALID_STATE, RESTRICTED. Publishes: post.counters. */
    "feed.react": {
        params: {
            /** The post. */
            post: string;
            /** Which reaction. */
            kind: "like" | "thanks" | "wow" | "going";
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The post. */
            post: string;
            /** The caller's reactions. 0 to 4 items. */
            reacted: ("like" | "thanks" | "wow" | "going")[];
            /** Number of likes. 0 to 2000000000. */
            likes: number;
            /** Number of thanks. 0 to 2000000000. */
            thanks: number;
            /** Number of wows. 0 to 2000000000. */
            wow: number;
            /** Number of those going. 0 to 2000000000. */
            going: number;
            /** Number of comments. 0 to 2000000000. */
            comments: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Reports a post, a comment or a member to the moderators; the author is not told by whom. Who: member, agent, moderator, editor. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE, LIMIT, RESTRICTED. Publishes: report.new, moderation.decision, post.removed, comment.changed, notify.added. */
    "feed.report": {
        params: {
            /** What is reported. */
            kind: "post" | "comment" | "member";
            /** Its number. */
            target: string;
            /** In which club; needed with a member. */
            club?: string;
            /** What is wrong with it. */
            reason: "spam" | "abuse" | "illegal" | "privacy" | "off_topic" | "safety" | "other";
            /** In the reporter's own words; for moderators. 1 to 4000 characters. */
            note?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The report. */
            report: string;
            /** Open: a moderator will decide. */
            state: "open";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes one of the caller's reactions back. Who: member. Errors: NOT_FOUND, RESTRICTED. Publishes: post.counters. */
    "feed.unreact": {
        params: {
            /** The post. */
            post: string;
            /** Which reaction. */
            kind: "like" | "thanks" | "wow" | "going";
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The post. */
            post: string;
            /** The caller's reactions. 0 to 4 items. */
            reacted: ("like" | "thanks" | "wow" | "going")[];
            /** Number of likes. 0 to 2000000000. */
            likes: number;
            /** Number of thanks. 0 to 2000000000. */
            thanks: number;
            /** Number of wows. 0 to 2000000000. */
            wow: number;
            /** Number of those going. 0 to 2000000000. */
            going: number;
            /** Number of comments. 0 to 2000000000. */
            comments: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells what is outstanding of a club's points, and what became of the others. Who: manager, analyst. */
    "insight.points": {
        params: {
            /** Which club. */
            club: string;
            /** How many months back, this one counted; 12 when left out. 1 to 36. */
            months?: number;
        };
        result: {
            /** The club. */
            club: string;
            /** Up to when postings are counted, some minutes ago at most. RFC 3339, UTC. */
            as_of: string;
            /** How many months issued, redeemed and expired cover. 1 to 36. */
            months_back: number;
            /** Points of this club that are out: spendable, held and pending, less what members owe. -9007199254740991 to 9007199254740991. */
            liability: number | null;
            /** In these months. 0 to 9007199254740991. */
            issued: number | null;
            /** In these months. 0 to 9007199254740991. */
            redeemed: number | null;
            /** In these months. 0 to 9007199254740991. */
            expired: number | null;
            /** Redeemed of issued, in these months, in millionths. 0 to 9007199254740991. */
            burn_earn_ppm: number | null;
            /** Expired of issued, ever, in millionths. 0 to 9007199254740991. */
            breakage_ppm: number | null;
            /** Redeemed of issued, ever, in millionths. 0 to 9007199254740991. */
            redemption_ppm: number | null;
            /** From a purchase to the redemption, on average. 0 to 9007199254740991. */
            days_to_redeem: number | null;
            /** What it will cost; null: the setting point_value_micro is not there, or the liability is hidden. */
            estimate: {
                /** What a point costs, in millionths of a minor unit. 0 to 1000000000. */
                point_value_micro: number;
                /** Share of the points that will be spent, as of those that are no more; all while none is. 0 to 1000000. */
                expected_redemption_ppm: number;
                /** What the liability will cost. */
                value: {
                    /** Amount in minor units. 0 to 9007199254740991. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
            } | null;
            /** By the month of the posting, newest first. 0 to 36 items. */
            months: {
                /** The month, in the club's time zone. 7 to 7 characters. */
                month: string;
                /** Earned by purchases and gifts. 0 to 9007199254740991. */
                issued: number | null;
                /** Taken back with purchases. 0 to 9007199254740991. */
                returned: number | null;
                /** Spent, of points earned in this club. 0 to 9007199254740991. */
                redeemed: number | null;
                /** Of these, given back. 0 to 9007199254740991. */
                given_back: number | null;
                /** Expired. 0 to 9007199254740991. */
                expired: number | null;
                /** Given by staff. 0 to 9007199254740991. */
                adjusted_up: number | null;
                /** Taken by staff. 0 to 9007199254740991. */
                adjusted_down: number | null;
                /** Lost by members who left for good. 0 to 9007199254740991. */
                forfeited: number | null;
            }[];
            /** By the month of the purchase, newest first. 0 to 1000 items. */
            cohorts: {
                /** The month in which the points were earned. 7 to 7 characters. */
                month: string;
                /** Earned then, or given by staff. 0 to 9007199254740991. */
                issued: number | null;
                /** Of these, taken back with purchases. 0 to 9007199254740991. */
                returned: number | null;
                /** Of these, spent by now. 0 to 9007199254740991. */
                redeemed: number | null;
                /** Of these, expired by now. 0 to 9007199254740991. */
                expired: number | null;
                /** Expired of issued, in millionths. 0 to 9007199254740991. */
                breakage_ppm: number | null;
            }[];
            /** Why staff gave and took, most first. 0 to 4 items. */
            adjust_causes: {
                /** goodwill: by an agent; case: names one; correction: by a manager; other: the hub's own. */
                cause: "goodwill" | "case" | "correction" | "other";
                /** Points given and taken for it. 0 to 9007199254740991. */
                points: number;
                /** How often. 0 to 9007199254740991. */
                count: number;
            }[];
        };
    };
    /** Tells how a club's offers fill: holds, no-shows, waiting lists and queues. Who: manager, analyst. */
    "insight.reservations": {
        params: {
            /** Which club. */
            club: string;
            /** How many months back, this one counted; 12 when left out. 1 to 36. */
            months?: number;
        };
        result: {
            /** The club. */
            club: string;
            /** When it was counted. RFC 3339, UTC. */
            as_of: string;
            /** How many months back; twelve ahead are added. 1 to 36. */
            months_back: number;
            /** Reservations that were held: open, abandoned and confirmed. 0 to 9007199254740991. */
            holds: number | null;
            /** Held now. 0 to 9007199254740991. */
            open: number | null;
            /** Held, and never confirmed. 0 to 9007199254740991. */
            abandoned: number | null;
            /** Confirmed, whatever became of them. 0 to 9007199254740991. */
            confirmed: number | null;
            /** Of these, still to come. 0 to 9007199254740991. */
            coming: number | null;
            /** Of these, checked in. 0 to 9007199254740991. */
            came: number | null;
            /** Of these, nobody came. 0 to 9007199254740991. */
            no_show: number | null;
            /** Of these, cancelled as a whole. 0 to 9007199254740991. */
            cancelled: number | null;
            /** Seats of all pools. 0 to 9007199254740991. */
            capacity: number | null;
            /** Of these, taken. 0 to 1000000. */
            fill_ppm: number | null;
            /** Abandoned of those that are held no more. 0 to 1000000. */
            abandoned_ppm: number | null;
            /** Cancelled of confirmed. 0 to 1000000. */
            cancelled_ppm: number | null;
            /** No-shows of those whose time has come. 0 to 1000000. */
            no_show_ppm: number | null;
            /** Entries of waiting lists that wait. 0 to 9007199254740991. */
            waiting: number | null;
            /** Entries that became a reservation. 0 to 9007199254740991. */
            converted: number | null;
            /** Entries that were offered seats and took none. 0 to 9007199254740991. */
            missed: number | null;
            /** Converted of those that were offered seats. 0 to 1000000. */
            conversion_ppm: number | null;
            /** Median of the seconds on a waiting list up to an offer. 0 to 9007199254740991. */
            time_to_offer_s: number | null;
            /** Median of the seconds in an on-sale queue, from the opening on. 0 to 9007199254740991. */
            queue_p50_s: number | null;
            /** So long at most waited 95 of 100. 0 to 9007199254740991. */
            queue_p95_s: number | null;
            /** By month, newest first. 0 to 48 items. */
            months: {
                /** The month in which the offers begin, in the club's time zone. 7 to 7 characters. */
                month: string;
                /** Offers that begin in it. 1 to 9007199254740991. */
                offers: number;
                /** Reservations that were held: open, abandoned and confirmed. 0 to 9007199254740991. */
                holds: number | null;
                /** Held now. 0 to 9007199254740991. */
                open: number | null;
                /** Held, and never confirmed. 0 to 9007199254740991. */
                abandoned: number | null;
                /** Confirmed, whatever became of them. 0 to 9007199254740991. */
                confirmed: number | null;
                /** Of these, still to come. 0 to 9007199254740991. */
                coming: number | null;
                /** Of these, checked in. 0 to 9007199254740991. */
                came: number | null;
                /** Of these, nobody came. 0 to 9007199254740991. */
                no_show: number | null;
                /** Of these, cancelled as a whole. 0 to 9007199254740991. */
                cancelled: number | null;
                /** Seats of all pools. 0 to 9007199254740991. */
                capacity: number | null;
                /** Of these, taken. 0 to 1000000. */
                fill_ppm: number | null;
                /** Abandoned of those that are held no more. 0 to 1000000. */
                abandoned_ppm: number | null;
                /** Cancelled of confirmed. 0 to 1000000. */
                cancelled_ppm: number | null;
                /** No-shows of those whose time has come. 0 to 1000000. */
                no_show_ppm: number | null;
                /** Entries of waiting lists that wait. 0 to 9007199254740991. */
                waiting: number | null;
                /** Entries that became a reservation. 0 to 9007199254740991. */
                converted: number | null;
                /** Entries that were offered seats and took none. 0 to 9007199254740991. */
                missed: number | null;
                /** Converted of those that were offered seats. 0 to 1000000. */
                conversion_ppm: number | null;
            }[];
        };
    };
    /** Mails a code to somebody who wants to join; the answer does not say whether the address has an account. Who: guest. Errors: INVALID_PARAMS, RATE, NOT_FOUND, FORBIDDEN, CONFLICT, INVALID_STATE, CODE_INVALID, CLOSED. */
    "join.start": {
        params: {
            /** The club to join. */
            club: string;
            /** E-mail address; the code goes there. 3 to 254 characters. */
            email: string;
            /** For account.login; left out where an outside provider keeps passwords. 10 to 128 characters. */
            password?: string;
            /** What others see. 3 to 24 characters. */
            handle?: string;
            /** The real name. 1 to 120 characters. */
            name?: string;
            /** Language of mails. */
            locale?: "en" | "nb" | "ro" | "pt" | "he";
            /** ISO 3166 code; decides the age of digital consent, 16 when left out. 2 to 2 characters. */
            country?: string;
            /** Time zone like Europe/Oslo. 1 to 64 characters. */
            tz?: string;
            /** A track of the club; the free one when left out. */
            track?: string;
            /** Answers to the club's questions, where it takes applications. 0 to 20 items. */
            answers?: {
                /** A question of the club. 1 to 300 characters. */
                question: string;
                /** The answer. 1 to 2000 characters. */
                answer: string;
            }[];
            /** The token of an invitation. 43 to 43 characters. */
            invite?: string;
        };
        result: {
            /** For join.verify, with the code of the mail. */
            join: string;
            /** Seconds for which the code is good. 1 to 86400. */
            expires_in_s: number;
            /** Version of the terms to agree to. 1 to 1000000. */
            terms_ver: number;
        };
    };
    /** Makes the member with the code, the terms and the birth date, enters the club or applies to it, and signs in. Who: guest. Errors: INVALID_PARAMS, RATE, CODE_INVALID, STALE, GUARDIAN_REQUIRED, AGE_LIMIT, CONFLICT, UNAUTHENTICATED. Publishes: membership.changed, metric.updated, voucher.issued, points.changed, card.changed, notify.added. */
    "join.verify": {
        params: {
            /** From join.start. */
            join: string;
            /** The code that was mailed. 8 to 8 characters. */
            code: string;
            /** Version of the terms agreed to. 1 to 1000000. */
            terms_ver: number;
            /** Date of birth like 1990-12-31. 10 to 10 characters. */
            birth: string;
            /** A token of an outside provider; its subject stands for the new member from now on. 1 to 8192 characters. */
            token?: string;
            /** What the member calls this device. 1 to 200 characters. */
            device?: string;
        };
        result: {
            /** Access token; none where an outside provider keeps passwords. 1 to 1024 characters. */
            token?: string;
            /** Seconds for which it is good. 1 to 86400. */
            expires_in_s?: number;
            /** For account.refresh. 1 to 200 characters. */
            refresh_token?: string;
            /** The new member. */
            principal: {
                /** What it is. */
                kind: "member" | "staff" | "service";
                /** Of a member or of staff. */
                id?: string;
                /** Of a member; null: none yet. 1 to 24 characters. */
                handle?: string | null;
                /** State of a member. 1 to 24 characters. */
                status?: string;
                /** Of staff. 1 to 254 characters. */
                login?: string;
                /** Of staff. 0 to 16 items. */
                roles?: (string)[];
                /** Of staff. 0 to 1000 items. */
                clubs?: (string)[];
                /** Of a service. 1 to 64 characters. */
                name?: string;
                /** Of a service. 0 to 16 items. */
                scopes?: (string)[];
            };
        };
    };
    /** Makes the caller and another member invisible to each other in feeds. Who: member. Errors: NOT_FOUND, LIMIT, RESTRICTED. */
    "member.block": {
        params: {
            /** The other member. */
            member: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The other member. */
            member: string;
            /** True: the caller blocks that member. */
            blocked: boolean;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists whom the caller has blocked, newest first. Who: member. Errors: RESTRICTED. */
    "member.blocks": {
        params: {
            /** Members at most; 50 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the first when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Newest first. 0 to 100 items. */
            blocks: {
                /** Who is blocked. */
                member: string;
                /** The handle; null: of none of the caller's clubs. 3 to 24 characters. */
                handle: string | null;
                /** Since when. RFC 3339, UTC. */
                at: string;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Lifts what was decided about a member in a club. Who: moderator. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE. Publishes: moderation.decision, report.closed, report.decided, membership.changed, metric.updated, notify.added. */
    "member.restore": {
        params: {
            /** The member. */
            member: string;
            /** The club in which it was decided. */
            club: string;
            /** Why, for the member to read. 1 to 4000 characters. */
            facts?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The decision. */
            decision: string;
            /** What was decided. */
            action: "none" | "restore" | "publish" | "hide" | "remove" | "silence" | "suspend" | "expel";
            /** State of the target now. 1 to 16 characters. */
            state: string;
            /** Until when it holds; null: no end is set. RFC 3339, UTC. */
            until: string | null;
            /** Reports closed by it. 0 to 1000000. */
            reports: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Suspends a member, who then reads points, consents and statements only. Who: moderator. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE. Publishes: moderation.decision, report.closed, report.decided, notify.added. */
    "member.suspend": {
        params: {
            /** The member. */
            member: string;
            /** The club in which it is decided. */
            club: string;
            /** Terms when left out. */
            ground?: "terms" | "illegal";
            /** Which clause was broken. 1 to 200 characters. */
            clause: string;
            /** On which facts, for the member to read. 1 to 4000 characters. */
            facts: string;
            /** For how long; until it is lifted when left out. 1 to 365. */
            days?: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The decision. */
            decision: string;
            /** What was decided. */
            action: "none" | "restore" | "publish" | "hide" | "remove" | "silence" | "suspend" | "expel";
            /** State of the target now. 1 to 16 characters. */
            state: string;
            /** Until when it holds; null: no end is set. RFC 3339, UTC. */
            until: string | null;
            /** Reports closed by it. 0 to 1000000. */
            reports: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes the caller's block back; a block by the other one stays. Who: member. Errors: RESTRICTED. */
    "member.unblock": {
        params: {
            /** The other member. */
            member: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The other member. */
            member: string;
            /** True: the caller blocks that member. */
            blocked: boolean;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Becomes a member of a club that has invited the caller. Who: member. Errors: NOT_FOUND, AGE_LIMIT, NOT_MEMBER, INVALID_STATE, LIMIT, CLOSED, RESTRICTED. Publishes: membership.changed, metric.updated, tier.changed, voucher.issued, points.changed, card.changed, notify.added. */
    "membership.accept_invite": {
        params: {
            /** Which club. */
            club: string;
            /** Which track; the first without a fee when left out. */
            track?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** Its name in addresses. 2 to 40 characters. */
            slug: string;
            /** Its name. 1 to 120 characters. */
            name: string;
            /** Where the membership stands. */
            status: "applied" | "invited" | "active" | "paused" | "lapsed" | "left" | "expelled" | "declined";
            /** What was joined. */
            track: {
                /** The track. */
                track: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Whether it costs something, and how often. */
                fee_kind: "free" | "one_off" | "periodic";
            };
            /** The tier; null: not a member now. */
            tier: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Since when. RFC 3339, UTC. */
                since: string;
                /** Kept at least until then; null: no end is set. RFC 3339, UTC. */
                until: string | null;
            } | null;
            /** When it first became active; null: not yet. RFC 3339, UTC. */
            joined_at: string | null;
            /** Up to when the fee is paid; null: there is none. RFC 3339, UTC. */
            paid_until: string | null;
            /** Since when it is paused; null: it is not. RFC 3339, UTC. */
            paused_at: string | null;
            /** Days paused in this calendar year of the club. 0 to 184. */
            paused_days: number;
            /** Why the member is invited; null: is not, or nobody said. 1 to 1000 characters. */
            criterion: string | null;
            /** The dedicated agent; null: none. */
            agent: string | null;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists who wants to become a member of a club, oldest first; it is written down whom one has read of. Who: manager. Errors: FORBIDDEN. */
    "membership.applications": {
        params: {
            /** Which club. */
            club: string;
            /** Applications at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the first when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Oldest first. 0 to 100 items. */
            applications: {
                /** Who has applied. */
                member: string;
                /** The handle; null: none yet. 3 to 24 characters. */
                handle: string | null;
                /** The real name; null: not told. 1 to 120 characters. */
                name: string | null;
                /** What for. */
                track: {
                    /** The track. */
                    track: string;
                    /** Its code. 1 to 64 characters. */
                    code: string;
                    /** Its name. 1 to 120 characters. */
                    name: string;
                    /** Whether it costs something, and how often. */
                    fee_kind: "free" | "one_off" | "periodic";
                };
                /** What the member answered. 0 to 10 items. */
                answers: {
                    /** The question, as club.get words it. 1 to 400 characters. */
                    question: string;
                    /** The answer. 1 to 1000 characters. */
                    answer: string;
                }[];
                /** When. RFC 3339, UTC. */
                applied_at: string;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Joins a club, or applies to it, by its policy; also to come back. Who: member. Errors: FORBIDDEN, NOT_FOUND, AGE_LIMIT, INVALID_STATE, LIMIT, CLOSED, RESTRICTED. Publishes: membership.changed, metric.updated, tier.changed, voucher.issued, points.changed, card.changed, notify.added. */
    "membership.apply": {
        params: {
            /** Which club. */
            club: string;
            /** Which track; the first without a fee when left out. */
            track?: string;
            /** Answers to the questions of the club. 0 to 10 items. */
            answers?: {
                /** The question, as club.get words it. 1 to 400 characters. */
                question: string;
                /** The answer. 1 to 1000 characters. */
                answer: string;
            }[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** Its name in addresses. 2 to 40 characters. */
            slug: string;
            /** Its name. 1 to 120 characters. */
            name: string;
            /** Where the membership stands. */
            status: "applied" | "invited" | "active" | "paused" | "lapsed" | "left" | "expelled" | "declined";
            /** What was joined. */
            track: {
                /** The track. */
                track: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Whether it costs something, and how often. */
                fee_kind: "free" | "one_off" | "periodic";
            };
            /** The tier; null: not a member now. */
            tier: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Since when. RFC 3339, UTC. */
                since: string;
                /** Kept at least until then; null: no end is set. RFC 3339, UTC. */
                until: string | null;
            } | null;
            /** When it first became active; null: not yet. RFC 3339, UTC. */
            joined_at: string | null;
            /** Up to when the fee is paid; null: there is none. RFC 3339, UTC. */
            paid_until: string | null;
            /** Since when it is paused; null: it is not. RFC 3339, UTC. */
            paused_at: string | null;
            /** Days paused in this calendar year of the club. 0 to 184. */
            paused_days: number;
            /** Why the member is invited; null: is not, or nobody said. 1 to 1000 characters. */
            criterion: string | null;
            /** The dedicated agent; null: none. */
            agent: string | null;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes an applicant into the club, or not. Who: manager. Errors: FORBIDDEN, NOT_FOUND, AGE_LIMIT, NOT_MEMBER, INVALID_STATE, LIMIT. Publishes: membership.changed, metric.updated, tier.changed, notify.added, voucher.issued, points.changed, card.changed. */
    "membership.decide": {
        params: {
            /** Which club. */
            club: string;
            /** Who has applied. */
            member: string;
            /** Whether the member gets in. */
            decision: "approve" | "decline";
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** The member. */
            member: string;
            /** Where the membership stands. */
            status: "applied" | "invited" | "active" | "paused" | "lapsed" | "left" | "expelled" | "declined";
            /** The dedicated agent; null: none. */
            agent: string | null;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Turns an invitation down, or takes the caller's application back. Who: member. Errors: NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. Publishes: membership.changed, metric.updated. */
    "membership.decline": {
        params: {
            /** Which club. */
            club: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** Its name in addresses. 2 to 40 characters. */
            slug: string;
            /** Its name. 1 to 120 characters. */
            name: string;
            /** Where the membership stands. */
            status: "applied" | "invited" | "active" | "paused" | "lapsed" | "left" | "expelled" | "declined";
            /** What was joined. */
            track: {
                /** The track. */
                track: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Whether it costs something, and how often. */
                fee_kind: "free" | "one_off" | "periodic";
            };
            /** The tier; null: not a member now. */
            tier: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Since when. RFC 3339, UTC. */
                since: string;
                /** Kept at least until then; null: no end is set. RFC 3339, UTC. */
                until: string | null;
            } | null;
            /** When it first became active; null: not yet. RFC 3339, UTC. */
            joined_at: string | null;
            /** Up to when the fee is paid; null: there is none. RFC 3339, UTC. */
            paid_until: string | null;
            /** Since when it is paused; null: it is not. RFC 3339, UTC. */
            paused_at: string | null;
            /** Days paused in this calendar year of the club. 0 to 184. */
            paused_days: number;
            /** Why the member is invited; null: is not, or nobody said. 1 to 1000 characters. */
            criterion: string | null;
            /** The dedicated agent; null: none. */
            agent: string | null;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Answers one membership of a member; to staff only in its clubs. Who: member, agent. Errors: FORBIDDEN, NOT_FOUND. */
    "membership.get": {
        params: {
            /** Which club. */
            club: string;
            /** Whose; staff must say it, members mean themselves. */
            member?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** Its name in addresses. 2 to 40 characters. */
            slug: string;
            /** Its name. 1 to 120 characters. */
            name: string;
            /** Where the membership stands. */
            status: "applied" | "invited" | "active" | "paused" | "lapsed" | "left" | "expelled" | "declined";
            /** What was joined. */
            track: {
                /** The track. */
                track: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Whether it costs something, and how often. */
                fee_kind: "free" | "one_off" | "periodic";
            };
            /** The tier; null: not a member now. */
            tier: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Since when. RFC 3339, UTC. */
                since: string;
                /** Kept at least until then; null: no end is set. RFC 3339, UTC. */
                until: string | null;
            } | null;
            /** When it first became active; null: not yet. RFC 3339, UTC. */
            joined_at: string | null;
            /** Up to when the fee is paid; null: there is none. RFC 3339, UTC. */
            paid_until: string | null;
            /** Since when it is paused; null: it is not. RFC 3339, UTC. */
            paused_at: string | null;
            /** Days paused in this calendar year of the club. 0 to 184. */
            paused_days: number;
            /** Why the member is invited; null: is not, or nobody said. 1 to 1000 characters. */
            criterion: string | null;
            /** The dedicated agent; null: none. */
            agent: string | null;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
        };
    };
    /** Invites a member into a club, whatever its policy. Who: manager. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE, LIMIT, CLOSED. Publishes: membership.changed, notify.added. */
    "membership.invite": {
        params: {
            /** Into which club. */
            club: string;
            /** Whom; or else by handle. */
            member?: string;
            /** Whom; or else by id. 3 to 24 characters. */
            handle?: string;
            /** Why; a vip club must say it, the member reads it. 1 to 1000 characters. */
            criterion?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** The member. */
            member: string;
            /** Where the membership stands. */
            status: "applied" | "invited" | "active" | "paused" | "lapsed" | "left" | "expelled" | "declined";
            /** The dedicated agent; null: none. */
            agent: string | null;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Leaves a club at once; answered when its streams are closed everywhere. Who: member. Errors: NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. Publishes: membership.changed, metric.updated, waitlist.changed, waitlist.offered, queue.position, offer.availability, notify.added, plan.changed, plan.item_changed, plan.proposal, poll.changed, plan.member, resv.changed, resv.invited. */
    "membership.leave": {
        params: {
            /** Which club. */
            club: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** Its name in addresses. 2 to 40 characters. */
            slug: string;
            /** Its name. 1 to 120 characters. */
            name: string;
            /** Where the membership stands. */
            status: "applied" | "invited" | "active" | "paused" | "lapsed" | "left" | "expelled" | "declined";
            /** What was joined. */
            track: {
                /** The track. */
                track: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Whether it costs something, and how often. */
                fee_kind: "free" | "one_off" | "periodic";
            };
            /** The tier; null: not a member now. */
            tier: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Since when. RFC 3339, UTC. */
                since: string;
                /** Kept at least until then; null: no end is set. RFC 3339, UTC. */
                until: string | null;
            } | null;
            /** When it first became active; null: not yet. RFC 3339, UTC. */
            joined_at: string | null;
            /** Up to when the fee is paid; null: there is none. RFC 3339, UTC. */
            paid_until: string | null;
            /** Since when it is paused; null: it is not. RFC 3339, UTC. */
            paused_at: string | null;
            /** Days paused in this calendar year of the club. 0 to 184. */
            paused_days: number;
            /** Why the member is invited; null: is not, or nobody said. 1 to 1000 characters. */
            criterion: string | null;
            /** The dedicated agent; null: none. */
            agent: string | null;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists a member's memberships, former ones too; to staff those in its clubs. Who: member, agent. Errors: FORBIDDEN, NOT_FOUND. */
    "membership.list": {
        params: {
            /** Whose; staff must say it, members mean themselves. */
            member?: string;
        };
        result: {
            /** One per club, former ones too. 0 to 1000 items. */
            memberships: {
                /** The club. */
                club: string;
                /** Its name in addresses. 2 to 40 characters. */
                slug: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Where the membership stands. */
                status: "applied" | "invited" | "active" | "paused" | "lapsed" | "left" | "expelled" | "declined";
                /** What was joined. */
                track: {
                    /** The track. */
                    track: string;
                    /** Its code. 1 to 64 characters. */
                    code: string;
                    /** Its name. 1 to 120 characters. */
                    name: string;
                    /** Whether it costs something, and how often. */
                    fee_kind: "free" | "one_off" | "periodic";
                };
                /** The tier; null: not a member now. */
                tier: {
                    /** Its rank, from 0. 0 to 1000. */
                    rank: number;
                    /** Its name. 1 to 120 characters. */
                    name: string;
                    /** Since when. RFC 3339, UTC. */
                    since: string;
                    /** Kept at least until then; null: no end is set. RFC 3339, UTC. */
                    until: string | null;
                } | null;
                /** When it first became active; null: not yet. RFC 3339, UTC. */
                joined_at: string | null;
                /** Up to when the fee is paid; null: there is none. RFC 3339, UTC. */
                paid_until: string | null;
                /** Since when it is paused; null: it is not. RFC 3339, UTC. */
                paused_at: string | null;
                /** Days paused in this calendar year of the club. 0 to 184. */
                paused_days: number;
                /** Why the member is invited; null: is not, or nobody said. 1 to 1000 characters. */
                criterion: string | null;
                /** The dedicated agent; null: none. */
                agent: string | null;
                /** Rises with every change. 1 to 9007199254740991. */
                version: number;
            }[];
        };
    };
    /** Rests a membership, 184 days a year at most: nothing is earned in that club. Who: member. Errors: NOT_FOUND, NOT_MEMBER, INVALID_STATE, LIMIT, RESTRICTED. Publishes: membership.changed, metric.updated. */
    "membership.pause": {
        params: {
            /** Which club. */
            club: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** Its name in addresses. 2 to 40 characters. */
            slug: string;
            /** Its name. 1 to 120 characters. */
            name: string;
            /** Where the membership stands. */
            status: "applied" | "invited" | "active" | "paused" | "lapsed" | "left" | "expelled" | "declined";
            /** What was joined. */
            track: {
                /** The track. */
                track: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Whether it costs something, and how often. */
                fee_kind: "free" | "one_off" | "periodic";
            };
            /** The tier; null: not a member now. */
            tier: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Since when. RFC 3339, UTC. */
                since: string;
                /** Kept at least until then; null: no end is set. RFC 3339, UTC. */
                until: string | null;
            } | null;
            /** When it first became active; null: not yet. RFC 3339, UTC. */
            joined_at: string | null;
            /** Up to when the fee is paid; null: there is none. RFC 3339, UTC. */
            paid_until: string | null;
            /** Since when it is paused; null: it is not. RFC 3339, UTC. */
            paused_at: string | null;
            /** Days paused in this calendar year of the club. 0 to 184. */
            paused_days: number;
            /** Why the member is invited; null: is not, or nobody said. 1 to 1000 characters. */
            criterion: string | null;
            /** The dedicated agent; null: none. */
            agent: string | null;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Ends the pause of a membership. Who: member. Errors: NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. Publishes: membership.changed, metric.updated. */
    "membership.resume": {
        params: {
            /** Which club. */
            club: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** Its name in addresses. 2 to 40 characters. */
            slug: string;
            /** Its name. 1 to 120 characters. */
            name: string;
            /** Where the membership stands. */
            status: "applied" | "invited" | "active" | "paused" | "lapsed" | "left" | "expelled" | "declined";
            /** What was joined. */
            track: {
                /** The track. */
                track: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Whether it costs something, and how often. */
                fee_kind: "free" | "one_off" | "periodic";
            };
            /** The tier; null: not a member now. */
            tier: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Since when. RFC 3339, UTC. */
                since: string;
                /** Kept at least until then; null: no end is set. RFC 3339, UTC. */
                until: string | null;
            } | null;
            /** When it first became active; null: not yet. RFC 3339, UTC. */
            joined_at: string | null;
            /** Up to when the fee is paid; null: there is none. RFC 3339, UTC. */
            paid_until: string | null;
            /** Since when it is paused; null: it is not. RFC 3339, UTC. */
            paused_at: string | null;
            /** Days paused in this calendar year of the club. 0 to 184. */
            paused_days: number;
            /** Why the member is invited; null: is not, or nobody said. 1 to 1000 characters. */
            criterion: string | null;
            /** The dedicated agent; null: none. */
            agent: string | null;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Names the agent who looks after a member, or nobody. Who: manager. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE. Publishes: membership.changed. */
    "membership.set_agent": {
        params: {
            /** Which club. */
            club: string;
            /** Which member. */
            member: string;
            /** An agent of the club; nobody when left out. */
            agent?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** The member. */
            member: string;
            /** Where the membership stands. */
            status: "applied" | "invited" | "active" | "paused" | "lapsed" | "left" | "expelled" | "declined";
            /** The dedicated agent; null: none. */
            agent: string | null;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Appeals against a decision about something of the caller's, once. Who: member. Errors: NOT_FOUND, INVALID_STATE. Publishes: report.new. */
    "mod.appeal": {
        params: {
            /** The decision. */
            decision: string;
            /** Why it is wrong. 1 to 4000 characters. */
            text: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The appeal. */
            appeal: string;
            /** The decision. */
            decision: string;
            /** Open. */
            state: "none" | "open" | "granted" | "denied";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Decides an appeal; another person than the one who took the decision. Who: moderator. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE. Publishes: moderation.decision, report.closed, report.decided, post.published, comment.changed, membership.changed, metric.updated, notify.added. */
    "mod.appeal_decide": {
        params: {
            /** The appeal. */
            appeal: string;
            /** Granted undoes the decision. */
            outcome: "granted" | "denied";
            /** Why, for the member to read. 1 to 4000 characters. */
            facts: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The appeal. */
            appeal: string;
            /** The decision. */
            decision: string;
            /** How it was decided. */
            outcome: "granted" | "denied";
            /** The decision: in force, or what ended it. */
            state: "in_force" | "appeal" | "decision" | "until";
            /** Reports closed or reversed by it. 0 to 1000000. */
            reports: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Answers all about one target: its words, its author, reports and decisions. Who: moderator. Errors: FORBIDDEN, NOT_FOUND. */
    "mod.case": {
        params: {
            /** What it is about. */
            kind: "post" | "comment" | "member";
            /** Its number. */
            target: string;
            /** In which club; needed with a member. */
            club?: string;
        };
        result: {
            /** What it is about. */
            kind: "post" | "comment" | "member";
            /** Its number. */
            target: string;
            /** The club. */
            club: string;
            /** State of the post or comment; status of the member. 1 to 16 characters. */
            state: string;
            /** Its rows in the queue. 0 to 3 items. */
            cases: {
                /** Why it is in the queue. */
                case: "report" | "pending" | "appeal";
                /** What it is about. */
                kind: "post" | "comment" | "member";
                /** Its number. */
                target: string;
                /** The club. */
                club: string;
                /** State of the post or comment; status of the member. 1 to 16 characters. */
                state: string;
                /** True: content of the club itself. */
                staff: boolean;
                /** Open reports. 0 to 1000000. */
                reports: number;
                /** What they weigh together, in thousandths. 0 to 9007199254740991. */
                weight: number;
                /** The same times the factors of their reasons. 0 to 9007199254740991. */
                score: number;
                /** The reasons given, the most frequent first. 0 to 7 items. */
                reasons: {
                    /** A reason. */
                    reason: "spam" | "abuse" | "illegal" | "privacy" | "off_topic" | "safety" | "other";
                    /** Open reports that give it. 1 to 1000000. */
                    count: number;
                }[];
                /** The decision in force, or appealed against; null: none. */
                decision: string | null;
                /** True: no person took that decision. */
                automated: boolean | null;
                /** The appeal to decide; null: none. */
                appeal: string | null;
                /** When it came in. RFC 3339, UTC. */
                first_at: string;
                /** By when it is to be decided. RFC 3339, UTC. */
                due_at: string;
                /** True: that has passed. */
                overdue: boolean;
            }[];
            /** What it says. */
            words: {
                /** Whose it is. */
                author: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string | null;
                    /** The member's status. 1 to 16 characters. */
                    status?: string;
                    /** May not write until then. RFC 3339, UTC. */
                    silenced_until?: string | null;
                    /** True: a member who has left for good. */
                    former?: boolean;
                    /** True: staff of the club. */
                    staff?: boolean;
                };
                /** The post, or that of the comment; null: a member. */
                post: string | null;
                /** Title; null: none. 1 to 120 characters. */
                title: string | null;
                /** Text; empty when it is deleted. 0 to 10000 characters. */
                body: string;
                /** When it was written. RFC 3339, UTC. */
                at: string | null;
                /** When it was last edited; null: never. RFC 3339, UTC. */
                edited_at: string | null;
                /** Earlier texts, newest first; kept for 30 days. 0 to 2 items. */
                before: {
                    /** Its version. 1 to 1000000. */
                    version: number;
                    /** The first words of the text then. 0 to 1000 characters. */
                    body: string;
                    /** When it was replaced. RFC 3339, UTC. */
                    at: string;
                }[];
            };
            /** Reports, open ones first, then by weight. 0 to 10 items. */
            reports: {
                /** The report. */
                report: string;
                /** Its reason. */
                reason: "spam" | "abuse" | "illegal" | "privacy" | "off_topic" | "safety" | "other";
                /** The first words of its note; null: none. 1 to 500 characters. */
                note: string | null;
                /** What it weighs, in thousandths. 0 to 5000. */
                weight: number;
                /** Where it stands. */
                state: "open" | "upheld" | "rejected" | "ignored";
                /** True: by staff. */
                staff: boolean;
                /** When it was made. RFC 3339, UTC. */
                at: string;
            }[];
            /** The newest decision about it. 0 to 1 items. */
            decisions: {
                /** The decision. */
                decision: string;
                /** The club. */
                club: string;
                /** What it is about. */
                kind: "post" | "comment" | "member";
                /** Its number. */
                target: string;
                /** What was decided. */
                action: "none" | "restore" | "publish" | "hide" | "remove" | "silence" | "suspend" | "expel";
                /** Whether the terms of the club or the law were broken. */
                ground: "terms" | "illegal";
                /** Which clause; reports.<reason> of an automated one. 0 to 200 characters. */
                clause: string;
                /** On which facts; empty of an automated one. 0 to 4000 characters. */
                facts: string;
                /** True: reports brought it about, no person has looked yet. */
                automated: boolean;
                /** How many reports led to it. 0 to 1000000. */
                reports: number;
                /** What weighed most in them; null: nothing. */
                reason: "spam" | "abuse" | "illegal" | "privacy" | "off_topic" | "safety" | "other" | null;
                /** Until when it holds; null: no end is set. RFC 3339, UTC. */
                until: string | null;
                /** When it was taken. RFC 3339, UTC. */
                at: string;
                /** In force, or what ended it. */
                state: "in_force" | "appeal" | "decision" | "until";
                /** When it ended; null: it has not. RFC 3339, UTC. */
                ended_at: string | null;
                /** How to appeal; null: there is nothing to appeal against. */
                appeal: {
                    /** The method to appeal with. 1 to 32 characters. */
                    method: string;
                    /** By when. RFC 3339, UTC. */
                    until: string;
                    /** Where the appeal stands. */
                    state: "none" | "open" | "granted" | "denied";
                    /** The appeal; null: none. */
                    appeal: string | null;
                    /** What it says; null: none. 1 to 4000 characters. */
                    text: string | null;
                    /** Why it was decided so; null: not yet. 1 to 4000 characters. */
                    answer: string | null;
                    /** When it was made; null: not. RFC 3339, UTC. */
                    at: string | null;
                    /** When it was decided; null: not yet. RFC 3339, UTC. */
                    decided_at: string | null;
                } | null;
            }[];
            /** Decisions about its author in this club. 0 to 10 items. */
            author_decisions: {
                /** The decision. */
                decision: string;
                /** What was decided. */
                action: "none" | "restore" | "publish" | "hide" | "remove" | "silence" | "suspend" | "expel";
                /** Which clause. 0 to 200 characters. */
                clause: string;
                /** When. RFC 3339, UTC. */
                at: string;
                /** What ended it; null: in force. */
                ended_by: "in_force" | "appeal" | "decision" | "until" | null;
            }[];
        };
    };
    /** Decides a case; what it takes is gone everywhere when it is answered. Who: moderator. Errors: FORBIDDEN, NOT_FOUND, GONE, INVALID_STATE, APPROVAL_REQUIRED. Publishes: moderation.decision, report.closed, report.decided, post.published, post.removed, comment.changed, membership.changed, metric.updated, notify.added, waitlist.changed, waitlist.offered, queue.position, offer.availability, approval.needed, plan.changed, plan.item_changed, plan.proposal, poll.changed, plan.member, resv.changed, resv.invited. */
    "mod.decide": {
        params: {
            /** What it is about. */
            kind: "post" | "comment" | "member";
            /** Its number. */
            target: string;
            /** In which club; needed with a member. */
            club?: string;
            /** None leaves it as it is, against the reports; restore takes back what was decided; silence, suspend and expel are about the author. */
            action: "none" | "restore" | "publish" | "hide" | "remove" | "silence" | "suspend" | "expel";
            /** Terms when left out. */
            ground?: "terms" | "illegal";
            /** Which clause was broken; needed when something is taken. 1 to 200 characters. */
            clause?: string;
            /** On which facts, for the author to read; needed when something is taken. Names no reporter. 1 to 4000 characters. */
            facts?: string;
            /** For how long: 1 to 30 with silence; left out with suspend: until it is lifted. 1 to 365. */
            days?: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The decision. */
            decision: string;
            /** What was decided. */
            action: "none" | "restore" | "publish" | "hide" | "remove" | "silence" | "suspend" | "expel";
            /** State of the target now. 1 to 16 characters. */
            state: string;
            /** Until when it holds; null: no end is set. RFC 3339, UTC. */
            until: string | null;
            /** Reports closed by it. 0 to 1000000. */
            reports: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists the statements of reasons that the caller has got, newest first. Who: member. */
    "mod.decisions": {
        params: {
            /** Statements at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the newest when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Newest first. 0 to 100 items. */
            decisions: {
                /** The decision. */
                decision: string;
                /** The club. */
                club: string;
                /** What it is about. */
                kind: "post" | "comment" | "member";
                /** Its number. */
                target: string;
                /** What was decided. */
                action: "none" | "restore" | "publish" | "hide" | "remove" | "silence" | "suspend" | "expel";
                /** Whether the terms of the club or the law were broken. */
                ground: "terms" | "illegal";
                /** Which clause; reports.<reason> of an automated one. 0 to 200 characters. */
                clause: string;
                /** On which facts; empty of an automated one. 0 to 4000 characters. */
                facts: string;
                /** True: reports brought it about, no person has looked yet. */
                automated: boolean;
                /** How many reports led to it. 0 to 1000000. */
                reports: number;
                /** What weighed most in them; null: nothing. */
                reason: "spam" | "abuse" | "illegal" | "privacy" | "off_topic" | "safety" | "other" | null;
                /** Until when it holds; null: no end is set. RFC 3339, UTC. */
                until: string | null;
                /** When it was taken. RFC 3339, UTC. */
                at: string;
                /** In force, or what ended it. */
                state: "in_force" | "appeal" | "decision" | "until";
                /** When it ended; null: it has not. RFC 3339, UTC. */
                ended_at: string | null;
                /** How to appeal; null: there is nothing to appeal against. */
                appeal: {
                    /** The method to appeal with. 1 to 32 characters. */
                    method: string;
                    /** By when. RFC 3339, UTC. */
                    until: string;
                    /** Where the appeal stands. */
                    state: "none" | "open" | "granted" | "denied";
                    /** The appeal; null: none. */
                    appeal: string | null;
                    /** What it says; null: none. 1 to 4000 characters. */
                    text: string | null;
                    /** Why it was decided so; null: not yet. 1 to 4000 characters. */
                    answer: string | null;
                    /** When it was made; null: not. RFC 3339, UTC. */
                    at: string | null;
                    /** When it was decided; null: not yet. RFC 3339, UTC. */
                    decided_at: string | null;
                } | null;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Lists what waits for the moderators of a club, heaviest first. Who: moderator. Errors: FORBIDDEN. */
    "mod.queue": {
        params: {
            /** Which club. */
            club: string;
            /** Cases at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the heaviest when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Heaviest first. 0 to 100 items. */
            cases: {
                /** Why it is in the queue. */
                case: "report" | "pending" | "appeal";
                /** What it is about. */
                kind: "post" | "comment" | "member";
                /** Its number. */
                target: string;
                /** The club. */
                club: string;
                /** State of the post or comment; status of the member. 1 to 16 characters. */
                state: string;
                /** True: content of the club itself. */
                staff: boolean;
                /** Open reports. 0 to 1000000. */
                reports: number;
                /** What they weigh together, in thousandths. 0 to 9007199254740991. */
                weight: number;
                /** The same times the factors of their reasons. 0 to 9007199254740991. */
                score: number;
                /** The reasons given, the most frequent first. 0 to 7 items. */
                reasons: {
                    /** A reason. */
                    reason: "spam" | "abuse" | "illegal" | "privacy" | "off_topic" | "safety" | "other";
                    /** Open reports that give it. 1 to 1000000. */
                    count: number;
                }[];
                /** The decision in force, or appealed against; null: none. */
                decision: string | null;
                /** True: no person took that decision. */
                automated: boolean | null;
                /** The appeal to decide; null: none. */
                appeal: string | null;
                /** When it came in. RFC 3339, UTC. */
                first_at: string;
                /** By when it is to be decided. RFC 3339, UTC. */
                due_at: string;
                /** True: that has passed. */
                overdue: boolean;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** The caller's notifications, one per kind, target and day; kept for 90 days. Who: member. */
    "notify.list": {
        params: {
            /** Rows at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the newest when left out. 1 to 18 characters. */
            cursor?: string;
        };
        result: {
            /** Newest first. 0 to 100 items. */
            notifications: {
                /** Its number among the caller's. */
                id: string;
                /** What it tells. 1 to 24 characters. */
                type: string;
                /** What it is about, such as post:12. 0 to 80 characters. */
                target: string;
                /** How often this happened on that day. 1 to 1000000000. */
                count: number;
                /** Ids, numbers and states of the newest of them. */
                data: Record<string, unknown>;
                /** Who caused the newest; null when nobody is named. */
                actor: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** True: a member who has left for good. */
                    former?: boolean;
                } | null;
                /** True: up to read_upto. */
                read: boolean;
                /** When the newest happened. RFC 3339, UTC. */
                at: string;
            }[];
            /** How many are unread; counting ends at 1,000. 0 to 1000. */
            unread: number;
            /** Up to this number they are read. 1 to 18 characters. */
            read_upto: string;
            /** For the next page; null: this is the last. 1 to 18 characters. */
            cursor: string | null;
        };
    };
    /** Marks the caller's notifications as read, up to one. Who: member. Publishes: notify.read. */
    "notify.read": {
        params: {
            /** The newest notification seen. */
            read_upto: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** Up to this number they are read; it only rises. 1 to 18 characters. */
            read_upto: string;
            /** How many are unread; counting ends at 1,000. 0 to 1000. */
            unread: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Shows a draft to those it is meant for, with news in its category. Who: manager. Errors: FORBIDDEN, NOT_FOUND, CONFLICT, INVALID_STATE. Publishes: offer.changed, post.published. */
    "offer.announce": {
        params: {
            /** Which offer. */
            offer: string;
            /** The version that the screen showed. 1 to 9007199254740991. */
            base: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
            /** What holds for the caller; only for members. */
            mine?: {
                /** When booking opens for the caller. RFC 3339, UTC. */
                opens_at: string;
                /** So many millionths of each pool the caller's window reaches now; 0: none is open. 0 to 1000000. */
                cap_ppm: number;
                /** When it reaches further; null: no more. RFC 3339, UTC. */
                next_cap_at: string | null;
                /** True: the caller can book now. */
                open: boolean;
                /** True: the caller asked to be told when booking opens. */
                reminder: boolean;
                /** What the caller can book now. 0 to 20 items. */
                classes: {
                    /** The class. */
                    class: string;
                    /** So many units are there for the caller now. 0 to 100000. */
                    free: number;
                }[];
            };
            /** What staff sees beside; only for staff. */
            desk?: {
                /** For whom it is. */
                audience: {
                    /** Least rank of the tier; 0: a closed offer for every member. 0 to 1000. */
                    min_rank?: number;
                    /** For members in one of these. 0 to 20 items. */
                    segments?: (string)[];
                    /** True: for members who are invited, beside those in its segments. */
                    invite_only?: boolean;
                    /** Least age in years. 1 to 120. */
                    min_age?: number;
                };
                /** When it was announced; null: not yet. RFC 3339, UTC. */
                announced_at: string | null;
                /** So many may wait at most; null: no end. 0 to 100000. */
                waitlist_cap: number | null;
                /** So many of its queue are admitted a second; null: it has none. 1 to 1000. */
                queue_rate: number | null;
                /** So many members are invited. 0 to 9007199254740991. */
                invited: number;
                /** Its pools. 0 to 20 items. */
                pools: {
                    /** The pool. */
                    pool: string;
                    /** Its short name. 1 to 40 characters. */
                    code: string;
                    /** Seats it has. 0 to 100000. */
                    capacity: number;
                    /** Held by who is booking. 0 to 100000. */
                    held: number;
                    /** Sold. 0 to 100000. */
                    confirmed: number;
                    /** Offered to the waiting list. 0 to 100000. */
                    offered: number;
                    /** Classes that draw on it; null: none. 0 to 20 items. */
                    classes: (string)[] | null;
                }[];
                /** Who may book ahead of the public opening. 0 to 1000 items. */
                windows: {
                    /** For members from that rank on. 0 to 1000. */
                    min_rank: number;
                    /** In that segment; null: in none. */
                    segment: string | null;
                    /** From then on. RFC 3339, UTC. */
                    opens_at: string;
                    /** Until then; null: to the end. RFC 3339, UTC. */
                    closes_at: string | null;
                    /** So many millionths of each pool it reaches. 0 to 1000000. */
                    cum_cap_ppm: number;
                }[];
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists who is booked on an offer, seat by seat, without contact data. Who: agent, manager. Errors: FORBIDDEN, NOT_FOUND. */
    "offer.bookings": {
        params: {
            /** Which offer. */
            offer: string;
            /** True, by managers: with what members have said of diet, access and health. */
            needs?: boolean;
            /** Seats at most; 50 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the first when left out. 1 to 24 characters. */
            cursor?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** When the list was made; it serves a guide without a network. RFC 3339, UTC. */
            as_of: string;
            /** By reservation and seat. 0 to 100 items. */
            seats: {
                /** The reservation. */
                reservation: string;
                /** Who made it. */
                by: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** True: a member who has left for good. */
                    former?: boolean;
                };
                /** Number of the seat in it. 1 to 1000. */
                seat: number;
                /** Code of its class. 1 to 120 characters. */
                class: string;
                /** Which unit of the class. 1 to 1000. */
                unit: number;
                /** Where it stands. */
                state: "unnamed" | "invited" | "accepted" | "declined" | "checked_in" | "no_show";
                /** Whose it is; null: nobody's who has said yes. */
                member: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** True: a member who has left for good. */
                    former?: boolean;
                } | null;
                /** A guest, by the words of who booked. 1 to 120 characters. */
                guest: string | null;
                /** Since when they are there; null: not yet. RFC 3339, UTC. */
                checked_in_at: string | null;
                /** What they need; null: nothing said, or not to be shown. 1 to 4000 characters. */
                needs?: string | null;
            }[];
            /** For the next page; null: this is the last. 1 to 24 characters. */
            cursor: string | null;
        };
    };
    /** Calls an offer off: nothing can be booked any more, and whoever paid gets it back. Who: manager. Errors: FORBIDDEN, NOT_FOUND, CONFLICT, INVALID_STATE. Publishes: notify.added, offer.changed, waitlist.changed. */
    "offer.cancel": {
        params: {
            /** Which offer. */
            offer: string;
            /** The version that the screen showed. 1 to 9007199254740991. */
            base: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
            /** What holds for the caller; only for members. */
            mine?: {
                /** When booking opens for the caller. RFC 3339, UTC. */
                opens_at: string;
                /** So many millionths of each pool the caller's window reaches now; 0: none is open. 0 to 1000000. */
                cap_ppm: number;
                /** When it reaches further; null: no more. RFC 3339, UTC. */
                next_cap_at: string | null;
                /** True: the caller can book now. */
                open: boolean;
                /** True: the caller asked to be told when booking opens. */
                reminder: boolean;
                /** What the caller can book now. 0 to 20 items. */
                classes: {
                    /** The class. */
                    class: string;
                    /** So many units are there for the caller now. 0 to 100000. */
                    free: number;
                }[];
            };
            /** What staff sees beside; only for staff. */
            desk?: {
                /** For whom it is. */
                audience: {
                    /** Least rank of the tier; 0: a closed offer for every member. 0 to 1000. */
                    min_rank?: number;
                    /** For members in one of these. 0 to 20 items. */
                    segments?: (string)[];
                    /** True: for members who are invited, beside those in its segments. */
                    invite_only?: boolean;
                    /** Least age in years. 1 to 120. */
                    min_age?: number;
                };
                /** When it was announced; null: not yet. RFC 3339, UTC. */
                announced_at: string | null;
                /** So many may wait at most; null: no end. 0 to 100000. */
                waitlist_cap: number | null;
                /** So many of its queue are admitted a second; null: it has none. 1 to 1000. */
                queue_rate: number | null;
                /** So many members are invited. 0 to 9007199254740991. */
                invited: number;
                /** Its pools. 0 to 20 items. */
                pools: {
                    /** The pool. */
                    pool: string;
                    /** Its short name. 1 to 40 characters. */
                    code: string;
                    /** Seats it has. 0 to 100000. */
                    capacity: number;
                    /** Held by who is booking. 0 to 100000. */
                    held: number;
                    /** Sold. 0 to 100000. */
                    confirmed: number;
                    /** Offered to the waiting list. 0 to 100000. */
                    offered: number;
                    /** Classes that draw on it; null: none. 0 to 20 items. */
                    classes: (string)[] | null;
                }[];
                /** Who may book ahead of the public opening. 0 to 1000 items. */
                windows: {
                    /** For members from that rank on. 0 to 1000. */
                    min_rank: number;
                    /** In that segment; null: in none. */
                    segment: string | null;
                    /** From then on. RFC 3339, UTC. */
                    opens_at: string;
                    /** Until then; null: to the end. RFC 3339, UTC. */
                    closes_at: string | null;
                    /** So many millionths of each pool it reaches. 0 to 1000000. */
                    cum_cap_ppm: number;
                }[];
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Writes an offer, as a draft that only managers see. Who: manager. Errors: FORBIDDEN, INVALID_STATE, LIMIT. */
    "offer.create": {
        params: {
            /** In which club. */
            club: string;
            /** Its product category. */
            category?: string;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Its title, one line. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Text. 1 to 10000 characters. */
            body?: string;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** The whole club when left out. */
            audience?: {
                /** Least rank of the tier; 0: a closed offer for every member. 0 to 1000. */
                min_rank?: number;
                /** For members in one of these. 0 to 20 items. */
                segments?: (string)[];
                /** True: for members who are invited, beside those in its segments. */
                invite_only?: boolean;
                /** Least age in years. 1 to 120. */
                min_age?: number;
            };
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named; 72 hours before booking closes when left out. RFC 3339, UTC. */
            name_deadline?: string;
            /** So many may wait at most. 0 to 100000. */
            waitlist_cap?: number;
            /** ISO 4217 code; the club's when left out. 3 to 3 characters. */
            currency?: string;
            /** False: money only. */
            points_allowed?: boolean;
            /** What is given back; nothing when left out. 0 to 20 items. */
            cancel_policy?: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Its pools. 1 to 20 items. */
            pools: {
                /** Its short name, once in the offer. 1 to 40 characters. */
                code: string;
                /** Seats it has. 0 to 100000. */
                capacity: number;
            }[];
            /** What can be booked. 1 to 20 items. */
            classes: {
                /** Its short name, once in the offer. 1 to 40 characters. */
                code: string;
                /** Its title, one line. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats; 1 when left out. 1 to 12. */
                persons?: number;
                /** Of a unit; it is free when left out. */
                price?: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; money only when left out. 1 to 1000000000. */
                points_price?: number;
                /** A unit takes one of each, however many persons it seats. 1 to 20 items. */
                pools: (string)[];
            }[];
            /** Who may book ahead of the public opening; by the tiers' leads when left out. 0 to 20 items. */
            windows?: {
                /** For members from that rank on. 0 to 1000. */
                min_rank: number;
                /** In that segment only. */
                segment?: string;
                /** From then on. RFC 3339, UTC. */
                opens_at: string;
                /** Until then; to the end when left out. RFC 3339, UTC. */
                closes_at?: string;
                /** So many millionths of each pool it reaches, all when left out. 0 to 1000000. */
                cum_cap_ppm?: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps?: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** How its public opening is queued for. */
            queue?: {
                /** Always: a draw at the opening, then first come, first served. */
                mode: "none" | "always";
                /** So many are admitted a second; 50 when left out. 1 to 1000. */
                rate?: number;
            };
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
            /** What holds for the caller; only for members. */
            mine?: {
                /** When booking opens for the caller. RFC 3339, UTC. */
                opens_at: string;
                /** So many millionths of each pool the caller's window reaches now; 0: none is open. 0 to 1000000. */
                cap_ppm: number;
                /** When it reaches further; null: no more. RFC 3339, UTC. */
                next_cap_at: string | null;
                /** True: the caller can book now. */
                open: boolean;
                /** True: the caller asked to be told when booking opens. */
                reminder: boolean;
                /** What the caller can book now. 0 to 20 items. */
                classes: {
                    /** The class. */
                    class: string;
                    /** So many units are there for the caller now. 0 to 100000. */
                    free: number;
                }[];
            };
            /** What staff sees beside; only for staff. */
            desk?: {
                /** For whom it is. */
                audience: {
                    /** Least rank of the tier; 0: a closed offer for every member. 0 to 1000. */
                    min_rank?: number;
                    /** For members in one of these. 0 to 20 items. */
                    segments?: (string)[];
                    /** True: for members who are invited, beside those in its segments. */
                    invite_only?: boolean;
                    /** Least age in years. 1 to 120. */
                    min_age?: number;
                };
                /** When it was announced; null: not yet. RFC 3339, UTC. */
                announced_at: string | null;
                /** So many may wait at most; null: no end. 0 to 100000. */
                waitlist_cap: number | null;
                /** So many of its queue are admitted a second; null: it has none. 1 to 1000. */
                queue_rate: number | null;
                /** So many members are invited. 0 to 9007199254740991. */
                invited: number;
                /** Its pools. 0 to 20 items. */
                pools: {
                    /** The pool. */
                    pool: string;
                    /** Its short name. 1 to 40 characters. */
                    code: string;
                    /** Seats it has. 0 to 100000. */
                    capacity: number;
                    /** Held by who is booking. 0 to 100000. */
                    held: number;
                    /** Sold. 0 to 100000. */
                    confirmed: number;
                    /** Offered to the waiting list. 0 to 100000. */
                    offered: number;
                    /** Classes that draw on it; null: none. 0 to 20 items. */
                    classes: (string)[] | null;
                }[];
                /** Who may book ahead of the public opening. 0 to 1000 items. */
                windows: {
                    /** For members from that rank on. 0 to 1000. */
                    min_rank: number;
                    /** In that segment; null: in none. */
                    segment: string | null;
                    /** From then on. RFC 3339, UTC. */
                    opens_at: string;
                    /** Until then; null: to the end. RFC 3339, UTC. */
                    closes_at: string | null;
                    /** So many millionths of each pool it reaches. 0 to 1000000. */
                    cum_cap_ppm: number;
                }[];
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells all of an offer, and what holds for the caller: since when, how much. Who: member, agent, manager. Errors: FORBIDDEN, NOT_FOUND. */
    "offer.get": {
        params: {
            /** Which offer. */
            offer: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
            /** What holds for the caller; only for members. */
            mine?: {
                /** When booking opens for the caller. RFC 3339, UTC. */
                opens_at: string;
                /** So many millionths of each pool the caller's window reaches now; 0: none is open. 0 to 1000000. */
                cap_ppm: number;
                /** When it reaches further; null: no more. RFC 3339, UTC. */
                next_cap_at: string | null;
                /** True: the caller can book now. */
                open: boolean;
                /** True: the caller asked to be told when booking opens. */
                reminder: boolean;
                /** What the caller can book now. 0 to 20 items. */
                classes: {
                    /** The class. */
                    class: string;
                    /** So many units are there for the caller now. 0 to 100000. */
                    free: number;
                }[];
            };
            /** What staff sees beside; only for staff. */
            desk?: {
                /** For whom it is. */
                audience: {
                    /** Least rank of the tier; 0: a closed offer for every member. 0 to 1000. */
                    min_rank?: number;
                    /** For members in one of these. 0 to 20 items. */
                    segments?: (string)[];
                    /** True: for members who are invited, beside those in its segments. */
                    invite_only?: boolean;
                    /** Least age in years. 1 to 120. */
                    min_age?: number;
                };
                /** When it was announced; null: not yet. RFC 3339, UTC. */
                announced_at: string | null;
                /** So many may wait at most; null: no end. 0 to 100000. */
                waitlist_cap: number | null;
                /** So many of its queue are admitted a second; null: it has none. 1 to 1000. */
                queue_rate: number | null;
                /** So many members are invited. 0 to 9007199254740991. */
                invited: number;
                /** Its pools. 0 to 20 items. */
                pools: {
                    /** The pool. */
                    pool: string;
                    /** Its short name. 1 to 40 characters. */
                    code: string;
                    /** Seats it has. 0 to 100000. */
                    capacity: number;
                    /** Held by who is booking. 0 to 100000. */
                    held: number;
                    /** Sold. 0 to 100000. */
                    confirmed: number;
                    /** Offered to the waiting list. 0 to 100000. */
                    offered: number;
                    /** Classes that draw on it; null: none. 0 to 20 items. */
                    classes: (string)[] | null;
                }[];
                /** Who may book ahead of the public opening. 0 to 1000 items. */
                windows: {
                    /** For members from that rank on. 0 to 1000. */
                    min_rank: number;
                    /** In that segment; null: in none. */
                    segment: string | null;
                    /** From then on. RFC 3339, UTC. */
                    opens_at: string;
                    /** Until then; null: to the end. RFC 3339, UTC. */
                    closes_at: string | null;
                    /** So many millionths of each pool it reaches. 0 to 1000000. */
                    cum_cap_ppm: number;
                }[];
            };
        };
    };
    /** Adds members to those whom an offer by invitation is for, or takes them off. Who: manager. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, LIMIT. */
    "offer.invite": {
        params: {
            /** Which offer; its audience is invite_only. */
            offer: string;
            /** Members of its club. 1 to 200 items. */
            members: (string)[];
            /** False: no longer. */
            on: boolean;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** So many are invited now. 0 to 9007199254740991. */
            invited: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists the offers of a club that are meant for the caller, without their texts. Who: member, agent, manager. Errors: FORBIDDEN, NOT_MEMBER. */
    "offer.list": {
        params: {
            /** Which club. */
            club: string;
            /** Of that product category only. */
            category?: string;
            /** True: those that are over or called off, the latest first. */
            past?: boolean;
            /** Offers at most; 20 when left out. 1 to 50. */
            limit?: number;
            /** Where the page before ended. 1 to 40 characters. */
            cursor?: string;
        };
        result: {
            /** By their start; fewer when they are long. 0 to 50 items. */
            offers: {
                /** The offer. */
                offer: string;
                /** Its club. */
                club: string;
                /** Its product category; null: none. */
                category: string | null;
                /** What it is. */
                kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
                /** Title. 1 to 120 characters. */
                title: string;
                /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
                organiser_name: string;
                /** Its state. */
                state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
                /** True: not for the whole club. */
                closed: boolean;
                /** Least age in years; null: any. 1 to 120. */
                min_age: number | null;
                /** When it begins. RFC 3339, UTC. */
                starts_at: string;
                /** When it ends. RFC 3339, UTC. */
                ends_at: string;
                /** When booking opens for all. RFC 3339, UTC. */
                public_open_at: string;
                /** When booking closes. RFC 3339, UTC. */
                booking_close_at: string;
                /** Until then seats can be named. RFC 3339, UTC. */
                name_deadline: string;
                /** Whether one can join the waiting list. */
                waitlist: "open" | "paused" | "closed";
                /** ISO 4217 code of its prices. 3 to 3 characters. */
                currency: string;
                /** True: what has a price in points can be paid in points. */
                points_allowed: boolean;
                /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
                cancel_policy: {
                    /** Cancelled so many hours before the start, or more. 0 to 8760. */
                    hours_before: number;
                    /** So many millionths of the price are given back. 0 to 1000000. */
                    refund_ppm: number;
                }[];
                /** Prices for parties and for tiers. 0 to 20 items. */
                steps: {
                    /** For so many persons, or more. 1 to 600. */
                    min_party: number;
                    /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                    min_rank?: number;
                    /** Millionths off the price. 0 to 1000000. */
                    discount_ppm: number;
                }[];
                /** Its on-sale queue; null: it has none, or not yet. */
                queue: {
                    /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                    seed_hash: string;
                    /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                    sealed_at: string | null;
                    /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                    count: number | null;
                    /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                    sha256: string | null;
                    /** The seed; null: not yet drawn. 64 to 64 characters. */
                    seed: string | null;
                    /** From then on one may join. RFC 3339, UTC. */
                    joins_from: string;
                    /** How many are admitted per second, at most. 1 to 1000. */
                    rate: number;
                } | null;
                /** What can be booked. 0 to 20 items. */
                classes: {
                    /** The class. */
                    class: string;
                    /** Its short name. 1 to 40 characters. */
                    code: string;
                    /** Its title. 1 to 120 characters. */
                    title: string;
                    /** So many persons a unit seats. 1 to 12. */
                    persons: number;
                    /** Of a unit. */
                    price: {
                        /** Amount in minor units. 0 to 1000000000. */
                        minor: number;
                        /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                        cur: string;
                    };
                    /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                    points_price: number | null;
                    /** Whether there are units left. */
                    level: "none" | "few" | "many";
                    /** How many are left. 0 to 100000. */
                    free: number;
                }[];
                /** Its version. 1 to 9007199254740991. */
                version: number;
                /** What holds for the caller; only for members. */
                mine?: {
                    /** When booking opens for the caller. RFC 3339, UTC. */
                    opens_at: string;
                    /** So many millionths of each pool the caller's window reaches now; 0: none is open. 0 to 1000000. */
                    cap_ppm: number;
                    /** When it reaches further; null: no more. RFC 3339, UTC. */
                    next_cap_at: string | null;
                    /** True: the caller can book now. */
                    open: boolean;
                    /** True: the caller asked to be told when booking opens. */
                    reminder: boolean;
                    /** What the caller can book now. 0 to 20 items. */
                    classes: {
                        /** The class. */
                        class: string;
                        /** So many units are there for the caller now. 0 to 100000. */
                        free: number;
                    }[];
                };
            }[];
            /** For the next page; null: there is none. 1 to 40 characters. */
            cursor: string | null;
        };
    };
    /** Stops the booking of an offer for the time being. Who: manager. Errors: FORBIDDEN, NOT_FOUND, CONFLICT, INVALID_STATE. Publishes: offer.changed. */
    "offer.pause": {
        params: {
            /** Which offer. */
            offer: string;
            /** The version that the screen showed. 1 to 9007199254740991. */
            base: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
            /** What holds for the caller; only for members. */
            mine?: {
                /** When booking opens for the caller. RFC 3339, UTC. */
                opens_at: string;
                /** So many millionths of each pool the caller's window reaches now; 0: none is open. 0 to 1000000. */
                cap_ppm: number;
                /** When it reaches further; null: no more. RFC 3339, UTC. */
                next_cap_at: string | null;
                /** True: the caller can book now. */
                open: boolean;
                /** True: the caller asked to be told when booking opens. */
                reminder: boolean;
                /** What the caller can book now. 0 to 20 items. */
                classes: {
                    /** The class. */
                    class: string;
                    /** So many units are there for the caller now. 0 to 100000. */
                    free: number;
                }[];
            };
            /** What staff sees beside; only for staff. */
            desk?: {
                /** For whom it is. */
                audience: {
                    /** Least rank of the tier; 0: a closed offer for every member. 0 to 1000. */
                    min_rank?: number;
                    /** For members in one of these. 0 to 20 items. */
                    segments?: (string)[];
                    /** True: for members who are invited, beside those in its segments. */
                    invite_only?: boolean;
                    /** Least age in years. 1 to 120. */
                    min_age?: number;
                };
                /** When it was announced; null: not yet. RFC 3339, UTC. */
                announced_at: string | null;
                /** So many may wait at most; null: no end. 0 to 100000. */
                waitlist_cap: number | null;
                /** So many of its queue are admitted a second; null: it has none. 1 to 1000. */
                queue_rate: number | null;
                /** So many members are invited. 0 to 9007199254740991. */
                invited: number;
                /** Its pools. 0 to 20 items. */
                pools: {
                    /** The pool. */
                    pool: string;
                    /** Its short name. 1 to 40 characters. */
                    code: string;
                    /** Seats it has. 0 to 100000. */
                    capacity: number;
                    /** Held by who is booking. 0 to 100000. */
                    held: number;
                    /** Sold. 0 to 100000. */
                    confirmed: number;
                    /** Offered to the waiting list. 0 to 100000. */
                    offered: number;
                    /** Classes that draw on it; null: none. 0 to 20 items. */
                    classes: (string)[] | null;
                }[];
                /** Who may book ahead of the public opening. 0 to 1000 items. */
                windows: {
                    /** For members from that rank on. 0 to 1000. */
                    min_rank: number;
                    /** In that segment; null: in none. */
                    segment: string | null;
                    /** From then on. RFC 3339, UTC. */
                    opens_at: string;
                    /** Until then; null: to the end. RFC 3339, UTC. */
                    closes_at: string | null;
                    /** So many millionths of each pool it reaches. 0 to 1000000. */
                    cum_cap_ppm: number;
                }[];
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Asks to be told once when an offer opens for the caller, or takes that back. Who: member. Errors: NOT_FOUND, LIMIT, CLOSED, RESTRICTED. */
    "offer.remind": {
        params: {
            /** Which offer. */
            offer: string;
            /** True: tell me when I can book; false: no more. */
            on: boolean;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** Whether the caller will be told. */
            on: boolean;
            /** When it opens for the caller, as it is now; null: off. RFC 3339, UTC. */
            opens_at: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lets an offer be booked again. Who: manager. Errors: FORBIDDEN, NOT_FOUND, CONFLICT, INVALID_STATE. Publishes: notify.added, offer.availability, offer.changed, waitlist.changed, waitlist.offered. */
    "offer.resume": {
        params: {
            /** Which offer. */
            offer: string;
            /** The version that the screen showed. 1 to 9007199254740991. */
            base: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
            /** What holds for the caller; only for members. */
            mine?: {
                /** When booking opens for the caller. RFC 3339, UTC. */
                opens_at: string;
                /** So many millionths of each pool the caller's window reaches now; 0: none is open. 0 to 1000000. */
                cap_ppm: number;
                /** When it reaches further; null: no more. RFC 3339, UTC. */
                next_cap_at: string | null;
                /** True: the caller can book now. */
                open: boolean;
                /** True: the caller asked to be told when booking opens. */
                reminder: boolean;
                /** What the caller can book now. 0 to 20 items. */
                classes: {
                    /** The class. */
                    class: string;
                    /** So many units are there for the caller now. 0 to 100000. */
                    free: number;
                }[];
            };
            /** What staff sees beside; only for staff. */
            desk?: {
                /** For whom it is. */
                audience: {
                    /** Least rank of the tier; 0: a closed offer for every member. 0 to 1000. */
                    min_rank?: number;
                    /** For members in one of these. 0 to 20 items. */
                    segments?: (string)[];
                    /** True: for members who are invited, beside those in its segments. */
                    invite_only?: boolean;
                    /** Least age in years. 1 to 120. */
                    min_age?: number;
                };
                /** When it was announced; null: not yet. RFC 3339, UTC. */
                announced_at: string | null;
                /** So many may wait at most; null: no end. 0 to 100000. */
                waitlist_cap: number | null;
                /** So many of its queue are admitted a second; null: it has none. 1 to 1000. */
                queue_rate: number | null;
                /** So many members are invited. 0 to 9007199254740991. */
                invited: number;
                /** Its pools. 0 to 20 items. */
                pools: {
                    /** The pool. */
                    pool: string;
                    /** Its short name. 1 to 40 characters. */
                    code: string;
                    /** Seats it has. 0 to 100000. */
                    capacity: number;
                    /** Held by who is booking. 0 to 100000. */
                    held: number;
                    /** Sold. 0 to 100000. */
                    confirmed: number;
                    /** Offered to the waiting list. 0 to 100000. */
                    offered: number;
                    /** Classes that draw on it; null: none. 0 to 20 items. */
                    classes: (string)[] | null;
                }[];
                /** Who may book ahead of the public opening. 0 to 1000 items. */
                windows: {
                    /** For members from that rank on. 0 to 1000. */
                    min_rank: number;
                    /** In that segment; null: in none. */
                    segment: string | null;
                    /** From then on. RFC 3339, UTC. */
                    opens_at: string;
                    /** Until then; null: to the end. RFC 3339, UTC. */
                    closes_at: string | null;
                    /** So many millionths of each pool it reaches. 0 to 1000000. */
                    cum_cap_ppm: number;
                }[];
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Warns everybody who is registered for an offer, whatever else they refused. Who: manager. Errors: FORBIDDEN, NOT_FOUND, LIMIT. */
    "offer.safety_notice": {
        params: {
            /** Which offer. */
            offer: string;
            /** What everybody must know. 1 to 2000 characters. */
            body: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The notice. */
            notice: string;
            /** Its offer. */
            offer: string;
            /** How many members are registered, and are told. 0 to 1000000. */
            recipients: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Sets the capacity of a pool; what it frees goes to the waiting list first. Who: manager. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE, LIMIT. Publishes: notify.added, offer.availability, waitlist.changed, waitlist.offered. */
    "offer.set_capacity": {
        params: {
            /** Which offer. */
            offer: string;
            /** Which of its pools. */
            pool: string;
            /** Seats it has from now on. 0 to 100000. */
            capacity: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
            /** What holds for the caller; only for members. */
            mine?: {
                /** When booking opens for the caller. RFC 3339, UTC. */
                opens_at: string;
                /** So many millionths of each pool the caller's window reaches now; 0: none is open. 0 to 1000000. */
                cap_ppm: number;
                /** When it reaches further; null: no more. RFC 3339, UTC. */
                next_cap_at: string | null;
                /** True: the caller can book now. */
                open: boolean;
                /** True: the caller asked to be told when booking opens. */
                reminder: boolean;
                /** What the caller can book now. 0 to 20 items. */
                classes: {
                    /** The class. */
                    class: string;
                    /** So many units are there for the caller now. 0 to 100000. */
                    free: number;
                }[];
            };
            /** What staff sees beside; only for staff. */
            desk?: {
                /** For whom it is. */
                audience: {
                    /** Least rank of the tier; 0: a closed offer for every member. 0 to 1000. */
                    min_rank?: number;
                    /** For members in one of these. 0 to 20 items. */
                    segments?: (string)[];
                    /** True: for members who are invited, beside those in its segments. */
                    invite_only?: boolean;
                    /** Least age in years. 1 to 120. */
                    min_age?: number;
                };
                /** When it was announced; null: not yet. RFC 3339, UTC. */
                announced_at: string | null;
                /** So many may wait at most; null: no end. 0 to 100000. */
                waitlist_cap: number | null;
                /** So many of its queue are admitted a second; null: it has none. 1 to 1000. */
                queue_rate: number | null;
                /** So many members are invited. 0 to 9007199254740991. */
                invited: number;
                /** Its pools. 0 to 20 items. */
                pools: {
                    /** The pool. */
                    pool: string;
                    /** Its short name. 1 to 40 characters. */
                    code: string;
                    /** Seats it has. 0 to 100000. */
                    capacity: number;
                    /** Held by who is booking. 0 to 100000. */
                    held: number;
                    /** Sold. 0 to 100000. */
                    confirmed: number;
                    /** Offered to the waiting list. 0 to 100000. */
                    offered: number;
                    /** Classes that draw on it; null: none. 0 to 20 items. */
                    classes: (string)[] | null;
                }[];
                /** Who may book ahead of the public opening. 0 to 1000 items. */
                windows: {
                    /** For members from that rank on. 0 to 1000. */
                    min_rank: number;
                    /** In that segment; null: in none. */
                    segment: string | null;
                    /** From then on. RFC 3339, UTC. */
                    opens_at: string;
                    /** Until then; null: to the end. RFC 3339, UTC. */
                    closes_at: string | null;
                    /** So many millionths of each pool it reaches. 0 to 1000000. */
                    cum_cap_ppm: number;
                }[];
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Changes what is given of an offer and keeps the rest; windows and the deadline for names move with the dates they hang on. Who: manager. Errors: FORBIDDEN, NOT_FOUND, CONFLICT, INVALID_STATE. Publishes: offer.changed. */
    "offer.update": {
        params: {
            /** Which offer. */
            offer: string;
            /** The version that the screen showed. 1 to 9007199254740991. */
            base: number;
            /** Its product category. */
            category?: string;
            /** What it is. */
            kind?: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Its title, one line. 1 to 120 characters. */
            title?: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name?: string;
            /** Text. 1 to 10000 characters. */
            body?: string;
            /** When it begins. RFC 3339, UTC. */
            starts_at?: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at?: string;
            /** The whole club when left out. */
            audience?: {
                /** Least rank of the tier; 0: a closed offer for every member. 0 to 1000. */
                min_rank?: number;
                /** For members in one of these. 0 to 20 items. */
                segments?: (string)[];
                /** True: for members who are invited, beside those in its segments. */
                invite_only?: boolean;
                /** Least age in years. 1 to 120. */
                min_age?: number;
            };
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at?: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at?: string;
            /** Until then seats can be named; 72 hours before booking closes when left out. RFC 3339, UTC. */
            name_deadline?: string;
            /** So many may wait at most. 0 to 100000. */
            waitlist_cap?: number;
            /** ISO 4217 code; the club's when left out. 3 to 3 characters. */
            currency?: string;
            /** False: money only. */
            points_allowed?: boolean;
            /** What is given back; nothing when left out. 0 to 20 items. */
            cancel_policy?: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Its pools. 1 to 20 items. */
            pools?: {
                /** Its short name, once in the offer. 1 to 40 characters. */
                code: string;
                /** Seats it has. 0 to 100000. */
                capacity: number;
            }[];
            /** What can be booked. 1 to 20 items. */
            classes?: {
                /** Its short name, once in the offer. 1 to 40 characters. */
                code: string;
                /** Its title, one line. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats; 1 when left out. 1 to 12. */
                persons?: number;
                /** Of a unit; it is free when left out. */
                price?: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; money only when left out. 1 to 1000000000. */
                points_price?: number;
                /** A unit takes one of each, however many persons it seats. 1 to 20 items. */
                pools: (string)[];
            }[];
            /** Who may book ahead of the public opening; by the tiers' leads when left out. 0 to 20 items. */
            windows?: {
                /** For members from that rank on. 0 to 1000. */
                min_rank: number;
                /** In that segment only. */
                segment?: string;
                /** From then on. RFC 3339, UTC. */
                opens_at: string;
                /** Until then; to the end when left out. RFC 3339, UTC. */
                closes_at?: string;
                /** So many millionths of each pool it reaches, all when left out. 0 to 1000000. */
                cum_cap_ppm?: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps?: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** How its public opening is queued for. */
            queue?: {
                /** Always: a draw at the opening, then first come, first served. */
                mode: "none" | "always";
                /** So many are admitted a second; 50 when left out. 1 to 1000. */
                rate?: number;
            };
            /** Fields that are to be empty. 0 to 3 items. */
            clear?: ("body" | "category" | "waitlist_cap")[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
            /** What holds for the caller; only for members. */
            mine?: {
                /** When booking opens for the caller. RFC 3339, UTC. */
                opens_at: string;
                /** So many millionths of each pool the caller's window reaches now; 0: none is open. 0 to 1000000. */
                cap_ppm: number;
                /** When it reaches further; null: no more. RFC 3339, UTC. */
                next_cap_at: string | null;
                /** True: the caller can book now. */
                open: boolean;
                /** True: the caller asked to be told when booking opens. */
                reminder: boolean;
                /** What the caller can book now. 0 to 20 items. */
                classes: {
                    /** The class. */
                    class: string;
                    /** So many units are there for the caller now. 0 to 100000. */
                    free: number;
                }[];
            };
            /** What staff sees beside; only for staff. */
            desk?: {
                /** For whom it is. */
                audience: {
                    /** Least rank of the tier; 0: a closed offer for every member. 0 to 1000. */
                    min_rank?: number;
                    /** For members in one of these. 0 to 20 items. */
                    segments?: (string)[];
                    /** True: for members who are invited, beside those in its segments. */
                    invite_only?: boolean;
                    /** Least age in years. 1 to 120. */
                    min_age?: number;
                };
                /** When it was announced; null: not yet. RFC 3339, UTC. */
                announced_at: string | null;
                /** So many may wait at most; null: no end. 0 to 100000. */
                waitlist_cap: number | null;
                /** So many of its queue are admitted a second; null: it has none. 1 to 1000. */
                queue_rate: number | null;
                /** So many members are invited. 0 to 9007199254740991. */
                invited: number;
                /** Its pools. 0 to 20 items. */
                pools: {
                    /** The pool. */
                    pool: string;
                    /** Its short name. 1 to 40 characters. */
                    code: string;
                    /** Seats it has. 0 to 100000. */
                    capacity: number;
                    /** Held by who is booking. 0 to 100000. */
                    held: number;
                    /** Sold. 0 to 100000. */
                    confirmed: number;
                    /** Offered to the waiting list. 0 to 100000. */
                    offered: number;
                    /** Classes that draw on it; null: none. 0 to 20 items. */
                    classes: (string)[] | null;
                }[];
                /** Who may book ahead of the public opening. 0 to 1000 items. */
                windows: {
                    /** For members from that rank on. 0 to 1000. */
                    min_rank: number;
                    /** In that segment; null: in none. */
                    segment: string | null;
                    /** From then on. RFC 3339, UTC. */
                    opens_at: string;
                    /** Until then; null: to the end. RFC 3339, UTC. */
                    closes_at: string | null;
                    /** So many millionths of each pool it reaches. 0 to 1000000. */
                    cum_cap_ppm: number;
                }[];
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells how the hub is: incidents, nodes, what is late, what the jobs did, versions. Who: admin, service:ops. */
    "ops.health": {
        params: Record<string, never>;
        result: {
            /** When this was so. RFC 3339, UTC. */
            at: string;
            /** Open incidents, newest first. 0 to 20 items. */
            incidents: {
                /** The incident. */
                incident: string;
                /** What kind: the ledger does not add up, other seats are taken than a pool says, or a plan is not what its log and its expenses say. */
                kind: "ledger" | "seats" | "plans";
                /** What it is about: account, tx or pool, and its number. 1 to 40 characters. */
                object: string;
                /** True: the account was frozen for it. */
                frozen: boolean;
                /** What was found; nothing of it is mended. 0 to 20 items. */
                facts: {
                    /** Which invariant, I-03 say. 1 to 8 characters. */
                    invariant: string;
                    /** What breaks it: account, hold, tx or pool, and its number. 1 to 40 characters. */
                    object: string;
                    /** What it says. -9007199254740991 to 9007199254740991. */
                    found: number;
                    /** What it would have to say. -9007199254740991 to 9007199254740991. */
                    expected: number;
                }[];
                /** Since when it is known. RFC 3339, UTC. */
                opened_at: string;
                /** When it was closed; null: it is open. RFC 3339, UTC. */
                closed_at: string | null;
            }[];
            /** How many are open; counting ends at 1,000. 0 to 1000. */
            open_incidents: number;
            /** Workers that are alive. 0 to 9007199254740991. */
            nodes: number;
            /** Losses of permission that the slowest worker has not applied yet. 0 to 9007199254740991. */
            sys_lag: number;
            /** How late the jobs of the ledger are; correctness waits for none. */
            ledger: {
                /** Holds past their time; counting ends at 1,000. 0 to 1000. */
                holds_due: number;
                /** Since when the oldest of them is, in seconds. 0 to 9007199254740991. */
                holds_late_s: number;
                /** Lots past their expiry; counting ends at 1,000. 0 to 1000. */
                lots_due: number;
                /** Since when the oldest of them is, in seconds. 0 to 9007199254740991. */
                lots_late_s: number;
                /** What the reconciliation is doing. */
                reconcile: "idle" | "waiting" | "listing" | "accounts" | "transactions" | "seats";
                /** When the last one of new postings, or of everything, began. RFC 3339, UTC. */
                changed_at: string;
                /** When the last one of everything began. RFC 3339, UTC. */
                all_at: string;
            };
            /** What waits for the mailer. */
            messages: {
                /** Messages that could be sent; counting ends at 1,000. 0 to 1000. */
                queued: number;
                /** How long the oldest of them has waited, in seconds. 0 to 9007199254740991. */
                late_s: number;
            };
            /** What each job did last, by name. 0 to 200 items. */
            jobs: {
                /** The job. 1 to 64 characters. */
                job: string;
                /** When it last ran, to the minute. RFC 3339, UTC. */
                at: string;
                /** When it last had something to do; null: never. RFC 3339, UTC. */
                did_at: string | null;
                /** How many rows that were; null: never any. 1 to 9007199254740991. */
                did: number | null;
            }[];
            /** What runs. */
            versions: {
                /** The newest migration of the database. 1 to 9999. */
                migration: number;
                /** SHA-256 of its functions; null: unknown. 1 to 64 characters. */
                functions: string | null;
                /** Version of PostgreSQL. 1 to 64 characters. */
                database: string;
                /** Lineage of the database. 1 to 64 characters. */
                lineage: string;
            };
        };
    };
    /** Ends an incident whose difference is gone; its account can be unfrozen then. Who: admin. Errors: NOT_FOUND, INVALID_STATE. Publishes: incident. */
    "ops.incident_close": {
        params: {
            /** The incident. */
            incident: string;
            /** What was found out and done. 1 to 400 characters. */
            reason: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The incident. */
            incident: string;
            /** What kind: the ledger does not add up, other seats are taken than a pool says, or a plan is not what its log and its expenses say. */
            kind: "ledger" | "seats" | "plans";
            /** What it is about: account, tx or pool, and its number. 1 to 40 characters. */
            object: string;
            /** True: the account was frozen for it. */
            frozen: boolean;
            /** What was found; nothing of it is mended. 0 to 20 items. */
            facts: {
                /** Which invariant, I-03 say. 1 to 8 characters. */
                invariant: string;
                /** What breaks it: account, hold, tx or pool, and its number. 1 to 40 characters. */
                object: string;
                /** What it says. -9007199254740991 to 9007199254740991. */
                found: number;
                /** What it would have to say. -9007199254740991 to 9007199254740991. */
                expected: number;
            }[];
            /** Since when it is known. RFC 3339, UTC. */
            opened_at: string;
            /** When it was closed; null: it is open. RFC 3339, UTC. */
            closed_at: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists the partners of a club with their benefits; to managers also those not listed. Who: member, manager. Errors: FORBIDDEN, NOT_MEMBER, RESTRICTED. */
    "partner.list": {
        params: {
            /** Which club. */
            club: string;
            /** Partners at most; 50 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the first when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Oldest first. 0 to 100 items. */
            partners: {
                /** The partner. */
                partner: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Where it is; null: not said. 1 to 120 characters. */
                town: string | null;
                /** ISO 3166 code; null: not said. 2 to 2 characters. */
                country: string | null;
                /** Its page; null: none. 8 to 300 characters. */
                url: string | null;
                /** Its active benefits. 0 to 500 items. */
                benefits: {
                    /** The benefit. */
                    benefit: string;
                    /** Its title. 1 to 120 characters. */
                    title: string;
                }[];
                /** Which service may redeem vouchers there; null: none. For managers. 1 to 40 characters. */
                service?: string | null;
                /** False: members do not see it in the list. For managers. */
                listed?: boolean;
                /** Rises with every change. For managers. 1 to 9007199254740991. */
                version?: number;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Adds a partner, or says anew all that is told of one: what is left out is empty. Who: manager. Errors: FORBIDDEN, NOT_FOUND, CONFLICT, LIMIT. */
    "partner.set": {
        params: {
            /** Of which club. */
            club: string;
            /** Which partner; a new one when left out. */
            partner?: string;
            /** The version that the screen showed; of one that is there. 1 to 9007199254740991. */
            base?: number;
            /** Its name. 1 to 120 characters. */
            name: string;
            /** Where it is. 1 to 120 characters. */
            town?: string;
            /** ISO 3166 code, as in NO. 2 to 2 characters. */
            country?: string;
            /** Its page. 8 to 300 characters. */
            url?: string;
            /** Which service of scope partner may redeem vouchers of its benefits. 1 to 40 characters. */
            service?: string;
            /** False: members do not see it in the list. */
            listed?: boolean;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The partner. */
            partner: string;
            /** Its name. 1 to 120 characters. */
            name: string;
            /** Where it is; null: not said. 1 to 120 characters. */
            town: string | null;
            /** ISO 3166 code; null: not said. 2 to 2 characters. */
            country: string | null;
            /** Its page; null: none. 8 to 300 characters. */
            url: string | null;
            /** Its active benefits. 0 to 500 items. */
            benefits: {
                /** The benefit. */
                benefit: string;
                /** Its title. 1 to 120 characters. */
                title: string;
            }[];
            /** Which service may redeem vouchers there; null: none. For managers. 1 to 40 characters. */
            service?: string | null;
            /** False: members do not see it in the list. For managers. */
            listed?: boolean;
            /** Rises with every change. For managers. 1 to 9007199254740991. */
            version?: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Puts an offer on an item of a plan, or makes an item of it; plan.item_set clears it. Who: member. Errors: FORBIDDEN, NOT_FOUND, GONE, CONFLICT, NOT_MEMBER, INVALID_STATE, LIMIT, RESTRICTED. Publishes: plan.item_changed. */
    "plan.attach_offer": {
        params: {
            /** The plan. */
            plan: string;
            /** An offer of the plan's club. */
            offer: string;
            /** The item to put it on; a new one, an activity with the title of the offer, when left out. */
            item?: string;
            /** The version of the item that was seen; goes with item. 1 to 9007199254740991. */
            base?: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The item. */
            item: string;
            /** Its version now. 1 to 9007199254740991. */
            version: number;
            /** The number of the change in the log. 1 to 9007199254740991. */
            op: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Shows who of a plan has paid and owes what, its settlements, and its expenses. Who: member. Errors: NOT_FOUND, NOT_MEMBER, RESTRICTED. */
    "plan.balances": {
        params: {
            /** The plan. */
            plan: string;
            /** Expenses before this number. 1 to 2000. */
            before?: number;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The currency of the plan. 3 to 3 characters. */
            cur: string;
            /** Who is in the plan, and who was and had a part in its expenses. 0 to 400 items. */
            members: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                former?: number;
                /** Paid for expenses. 0 to 9007199254740991. */
                paid: number;
                /** The shares of the member. 0 to 9007199254740991. */
                owed: number;
                /** Confirmed payments to others. 0 to 9007199254740991. */
                sent: number;
                /** Confirmed payments of others. 0 to 9007199254740991. */
                received: number;
                /** What the member gets back; negative: owes. All of them sum to 0. -9007199254740991 to 9007199254740991. */
                net: number;
            }[];
            /** The newest first. 0 to 20 items. */
            expenses: {
                /** The expense. */
                expense: string;
                /** Its number in the plan. 1 to 2000. */
                no: number;
                /** What for. 1 to 120 characters. */
                title: string;
                /** What it cost. */
                amount: {
                    /** Amount in minor units. 1 to 1000000000000. */
                    minor: number;
                    /** ISO 4217 code. 3 to 3 characters. */
                    cur: string;
                };
                /** The same in the currency of the plan, rounded once. */
                base: {
                    /** Amount in minor units. 0 to 1000000000000. */
                    minor: number;
                    /** ISO 4217 code. 3 to 3 characters. */
                    cur: string;
                };
                /** Units of the plan's currency per unit x 10^9, fixed at entry. 1 to 1000000000000000. */
                fx_ppb: number;
                /** When, like 2031-12-24. 10 to 10 characters. */
                spent_on: string;
                /** How it is shared. */
                mode: "equal" | "shares" | "percent" | "exact";
                /** What of the plan it was for; null: not said. */
                item: string | null;
                /** Rises with every change. 1 to 9007199254740991. */
                version: number;
                /** Active: it counts. */
                state: "active" | "deleted";
                /** Who entered it. */
                by: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                    former?: number;
                };
                /** When it was entered. RFC 3339, UTC. */
                at: string;
                /** Who paid. 1 to 50 items. */
                payers: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                    former?: number;
                    /** What the member paid, in the currency of the expense. 1 to 1000000000000. */
                    paid: number;
                    /** The same in the currency of the plan. 0 to 1000000000000. */
                    paid_base: number;
                }[];
                /** Who owes what of it. 1 to 50 items. */
                shares: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                    former?: number;
                    /** Parts; of percent millionths; of exact minor units of the expense's currency. 0 to 1000000000000. */
                    weight: number;
                    /** The member's share, in the currency of the plan. 0 to 1000000000000. */
                    owed: number;
                }[];
            }[];
            /** What waits for an answer first, the caller's own before others', then the newest. 0 to 100 items. */
            settlements: {
                /** The settlement. */
                settlement: string;
                /** The plan. */
                plan: string;
                /** Who pays. */
                payer: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                    former?: number;
                };
                /** Who is paid. */
                payee: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                    former?: number;
                };
                /** How much, in the currency of the plan. */
                amount: {
                    /** Amount in minor units. 1 to 1000000000000. */
                    minor: number;
                    /** ISO 4217 code. 3 to 3 characters. */
                    cur: string;
                };
                /** Only confirmed ones change balances. */
                state: "marked_paid" | "confirmed" | "disputed";
                /** When it was marked as paid. RFC 3339, UTC. */
                at: string;
                /** When the payee answered; null: not yet. RFC 3339, UTC. */
                decided_at: string | null;
            }[];
            /** There are more expenses: before this number; null: no more. 1 to 2000. */
            next: number | null;
        };
    };
    /** Calls a plan off; comments, expenses and settlements go on. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. Publishes: plan.changed, plan.proposal, poll.changed. */
    "plan.cancel": {
        params: {
            /** The plan. */
            plan: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** Its club. */
            club: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** Where to; null: not said. 1 to 120 characters. */
            dest: string | null;
            /** First day, like 2027-05-31; null: open. 10 to 10 characters. */
            starts_on: string | null;
            /** Last day; null: open, or a single day. 10 to 10 characters. */
            ends_on: string | null;
            /** Zone of its days. 1 to 60 characters. */
            tz: string;
            /** Currency of its balances. 3 to 3 characters. */
            currency: string;
            /** Its state; travelling and done follow the days. */
            state: "draft" | "planning" | "locked" | "booked" | "travelling" | "done" | "cancelled";
            /** The last number in its log of changes. 0 to 9007199254740991. */
            op_seq: number;
            /** Its version, for plan.update. 1 to 9007199254740991. */
            version: number;
            /** When it was made. RFC 3339, UTC. */
            created_at: string;
            /** What holds for the caller. */
            mine: {
                /** The caller's role. */
                role: "owner" | "editor" | "voter" | "viewer";
                /** What the others see of the caller: the handle, or name and town beside it. */
                share_level: "handle" | "profile";
                /** What the caller may do now. item: plan.update too; role: plan.transfer_ownership too; book: reservation.hold with the plan; hold: plan.group_hold; with _any: also what others wrote. 1 to 20 items. */
                can: ("see" | "comment" | "vote" | "propose" | "item" | "attach" | "undo" | "comment_delete_any" | "expense" | "expense_any" | "poll" | "invite" | "book" | "role" | "remove" | "lock" | "cancel" | "hold")[];
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Comments on a plan or on one of its items; 200 times in 24 hours at most. Who: member. Errors: FORBIDDEN, NOT_FOUND, GONE, NOT_MEMBER, LIMIT, RESTRICTED. Publishes: plan.comment. */
    "plan.comment": {
        params: {
            /** The plan. */
            plan: string;
            /** Text. 1 to 2000 characters. */
            body: string;
            /** The item it is about; the plan when left out. */
            item?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The comment. */
            comment: string;
            /** Its plan. */
            plan: string;
            /** The item it is about. */
            item?: string;
            /** Its state. */
            state: "published" | "deleted";
            /** When it was written. RFC 3339, UTC. */
            at: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Deletes a comment, one's own or as the owner of the plan any; its text is gone at once, everywhere. Who: member. Errors: FORBIDDEN, NOT_FOUND, GONE, NOT_MEMBER, RESTRICTED. Publishes: plan.comment. */
    "plan.comment_delete": {
        params: {
            /** The comment. */
            comment: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The comment. */
            comment: string;
            /** Deleted. */
            state: "published" | "deleted";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Answers the comments of a plan or of one of its items, the newest first. Who: member. Errors: NOT_FOUND, NOT_MEMBER, RESTRICTED. */
    "plan.comments": {
        params: {
            /** The plan. */
            plan: string;
            /** Only what is about this item. */
            item?: string;
            /** The oldest comment already there, for the next page. */
            before?: string;
            /** Rows at most; 50 when left out. 1 to 100. */
            limit?: number;
        };
        result: {
            /** Comments, the newest first. 0 to 100 items. */
            comments: {
                /** The comment. */
                comment: string;
                /** Its plan. */
                plan: string;
                /** The item it is about. */
                item?: string;
                /** Who wrote it. */
                author: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** True: a member who has left for good. */
                    former?: boolean;
                };
                /** Text. 1 to 2000 characters. */
                body: string;
                /** When it was written. RFC 3339, UTC. */
                at: string;
            }[];
            /** For the next page; null: this was the last. */
            before: string | null;
        };
    };
    /** Makes a travel plan of a club, as a draft of which the caller is the owner. Who: member. Errors: NOT_MEMBER, LIMIT, RESTRICTED. Publishes: plan.changed. */
    "plan.create": {
        params: {
            /** The club. */
            club: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** Where to. 0 to 120 characters. */
            dest?: string;
            /** First day, like 2027-05-31. 0 to 10 characters. */
            starts_on?: string;
            /** Last day, within a year. 0 to 10 characters. */
            ends_on?: string;
            /** Zone of its days; the club's when left out. 1 to 60 characters. */
            tz?: string;
            /** Of its balances; EUR when left out. 3 to 3 characters. */
            currency?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** Its club. */
            club: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** Where to; null: not said. 1 to 120 characters. */
            dest: string | null;
            /** First day, like 2027-05-31; null: open. 10 to 10 characters. */
            starts_on: string | null;
            /** Last day; null: open, or a single day. 10 to 10 characters. */
            ends_on: string | null;
            /** Zone of its days. 1 to 60 characters. */
            tz: string;
            /** Currency of its balances. 3 to 3 characters. */
            currency: string;
            /** Its state; travelling and done follow the days. */
            state: "draft" | "planning" | "locked" | "booked" | "travelling" | "done" | "cancelled";
            /** The last number in its log of changes. 0 to 9007199254740991. */
            op_seq: number;
            /** Its version, for plan.update. 1 to 9007199254740991. */
            version: number;
            /** When it was made. RFC 3339, UTC. */
            created_at: string;
            /** What holds for the caller. */
            mine: {
                /** The caller's role. */
                role: "owner" | "editor" | "voter" | "viewer";
                /** What the others see of the caller: the handle, or name and town beside it. */
                share_level: "handle" | "profile";
                /** What the caller may do now. item: plan.update too; role: plan.transfer_ownership too; book: reservation.hold with the plan; hold: plan.group_hold; with _any: also what others wrote. 1 to 20 items. */
                can: ("see" | "comment" | "vote" | "propose" | "item" | "attach" | "undo" | "comment_delete_any" | "expense" | "expense_any" | "poll" | "invite" | "book" | "role" | "remove" | "lock" | "cancel" | "hold")[];
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Enters an expense of a plan: who paid, and who shares it how. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, LIMIT, RESTRICTED. Publishes: expense.changed. */
    "plan.expense_add": {
        params: {
            /** The plan. */
            plan: string;
            /** What for. 1 to 120 characters. */
            title: string;
            /** What it cost. */
            amount: {
                /** Amount in minor units. 1 to 1000000000000. */
                minor: number;
                /** ISO 4217 code. 3 to 3 characters. */
                cur: string;
            };
            /** What one unit is worth in the plan's currency, x 10^9: 86000000 for a krone of 0.086 EUR; needed where the currencies differ. 1 to 1000000000000000. */
            fx_ppb?: number;
            /** When, like 2031-12-24; today when left out. 10 to 10 characters. */
            spent_on?: string;
            /** How it is shared; equal when left out. */
            mode?: "equal" | "shares" | "percent" | "exact";
            /** Who paid, in sum the amount; the caller when left out. 1 to 50 items. */
            payers?: {
                /** Who paid. */
                member: string;
                /** How much, in the currency of the expense. 1 to 1000000000000. */
                minor: number;
            }[];
            /** Who shares it; when left out who is assigned to the item, else all who are in the plan. 1 to 50 items. */
            participants?: {
                /** Who takes part. */
                member: string;
                /** Parts; of percent millionths, 1000000 in sum; of exact minor units, the amount in sum. 0 to 1000000000000. */
                weight?: number;
            }[];
            /** What of the plan it was for. */
            item?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The expense. */
            expense: string;
            /** The plan. */
            plan: string;
            /** Its number in the plan. 1 to 2000. */
            no: number;
            /** Its version now. 1 to 9007199254740991. */
            version: number;
            /** The amount in the currency of the plan. */
            base: {
                /** Amount in minor units. 0 to 1000000000000. */
                minor: number;
                /** ISO 4217 code. 3 to 3 characters. */
                cur: string;
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes an expense out of the balances: the caller's own, or any as the plan's owner. Who: member. Errors: FORBIDDEN, NOT_FOUND, GONE, CONFLICT, NOT_MEMBER, RESTRICTED. Publishes: expense.changed. */
    "plan.expense_delete": {
        params: {
            /** The expense. */
            expense: string;
            /** The version that the caller knows. 1 to 9007199254740991. */
            base: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The expense. */
            expense: string;
            /** The plan. */
            plan: string;
            /** Its number in the plan. 1 to 2000. */
            no: number;
            /** Its version now. 1 to 9007199254740991. */
            version: number;
            /** The amount in the currency of the plan. */
            base: {
                /** Amount in minor units. 0 to 1000000000000. */
                minor: number;
                /** ISO 4217 code. 3 to 3 characters. */
                cur: string;
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Corrects an expense: the caller's own, or any as the plan's owner. Who: member. Errors: FORBIDDEN, NOT_FOUND, GONE, CONFLICT, NOT_MEMBER, LIMIT, RESTRICTED. Publishes: expense.changed. */
    "plan.expense_set": {
        params: {
            /** The expense. */
            expense: string;
            /** The version that the caller knows. 1 to 9007199254740991. */
            base: number;
            /** What for. 1 to 120 characters. */
            title?: string;
            /** What it cost; a single payer has paid it, several are to be said anew. */
            amount?: {
                /** Amount in minor units. 1 to 1000000000000. */
                minor: number;
                /** ISO 4217 code. 3 to 3 characters. */
                cur: string;
            };
            /** What one unit is worth in the plan's currency, x 10^9: 86000000 for a krone of 0.086 EUR; needed where the currencies differ. 1 to 1000000000000000. */
            fx_ppb?: number;
            /** When, like 2031-12-24; today when left out. 10 to 10 characters. */
            spent_on?: string;
            /** How it is shared; equal when left out. */
            mode?: "equal" | "shares" | "percent" | "exact";
            /** Who paid, in sum the amount; the caller when left out. 1 to 50 items. */
            payers?: {
                /** Who paid. */
                member: string;
                /** How much, in the currency of the expense. 1 to 1000000000000. */
                minor: number;
            }[];
            /** Who shares it; when left out who is assigned to the item, else all who are in the plan. 1 to 50 items. */
            participants?: {
                /** Who takes part. */
                member: string;
                /** Parts; of percent millionths, 1000000 in sum; of exact minor units, the amount in sum. 0 to 1000000000000. */
                weight?: number;
            }[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The expense. */
            expense: string;
            /** The plan. */
            plan: string;
            /** Its number in the plan. 1 to 2000. */
            no: number;
            /** Its version now. 1 to 9007199254740991. */
            version: number;
            /** The amount in the currency of the plan. */
            base: {
                /** Amount in minor units. 0 to 1000000000000. */
                minor: number;
                /** ISO 4217 code. 3 to 3 characters. */
                cur: string;
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Shows which expenses and settlements made the balances of two participants. Who: member. Errors: NOT_FOUND, NOT_MEMBER, RESTRICTED. */
    "plan.expense_why": {
        params: {
            /** The plan. */
            plan: string;
            /** A participant. */
            a: string;
            /** Another one. */
            b: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The currency of the plan, of all amounts here. 3 to 3 characters. */
            cur: string;
            /** The one. */
            a: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                former?: number;
                /** The balance. -9007199254740991 to 9007199254740991. */
                net: number;
            };
            /** The other. */
            b: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                former?: number;
                /** The balance. -9007199254740991 to 9007199254740991. */
                net: number;
            };
            /** What a owes b of what b paid, less the other way round and what was settled. -9007199254740991 to 9007199254740991. */
            direct: number;
            /** Those with a part of either; the newest. 0 to 100 items. */
            expenses: {
                /** The expense. */
                expense: string;
                /** Its number in the plan. 1 to 2000. */
                no: number;
                /** What for. 1 to 120 characters. */
                title: string;
                /** When. 10 to 10 characters. */
                spent_on: string;
                /** What it did to the balance of a. -9007199254740991 to 9007199254740991. */
                a: number;
                /** What it did to the balance of b. -9007199254740991 to 9007199254740991. */
                b: number;
                /** What a owes b of it, rounded; negative: b owes a. -9007199254740991 to 9007199254740991. */
                direct: number;
            }[];
            /** Confirmed ones of either; the newest. 0 to 100 items. */
            settlements: {
                /** The settlement. */
                settlement: string;
                /** What it did to the balance of a. -9007199254740991 to 9007199254740991. */
                a: number;
                /** What it did to the balance of b. -9007199254740991 to 9007199254740991. */
                b: number;
                /** What a owes b by it; negative: less than before. -9007199254740991 to 9007199254740991. */
                direct: number;
            }[];
        };
    };
    /** Shows a plan to who is in it, with what the caller may do. Who: member. Errors: NOT_FOUND, NOT_MEMBER, RESTRICTED. */
    "plan.get": {
        params: {
            /** The plan. */
            plan: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** Its club. */
            club: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** Where to; null: not said. 1 to 120 characters. */
            dest: string | null;
            /** First day, like 2027-05-31; null: open. 10 to 10 characters. */
            starts_on: string | null;
            /** Last day; null: open, or a single day. 10 to 10 characters. */
            ends_on: string | null;
            /** Zone of its days. 1 to 60 characters. */
            tz: string;
            /** Currency of its balances. 3 to 3 characters. */
            currency: string;
            /** Its state; travelling and done follow the days. */
            state: "draft" | "planning" | "locked" | "booked" | "travelling" | "done" | "cancelled";
            /** The last number in its log of changes. 0 to 9007199254740991. */
            op_seq: number;
            /** Its version, for plan.update. 1 to 9007199254740991. */
            version: number;
            /** When it was made. RFC 3339, UTC. */
            created_at: string;
            /** Who is in it, and who is invited to those who may invite; the owner first. 1 to 50 items. */
            members: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** True: somebody who has left for good. */
                former?: boolean;
                /** The real name, of who shows it here. 1 to 120 characters. */
                name?: string;
                /** The town, of who shows it here. 1 to 120 characters. */
                town?: string;
                /** What the member may do. */
                role: "owner" | "editor" | "voter" | "viewer";
                /** Joined; to those who may invite also who is invited. */
                state: "invited" | "joined" | "declined" | "left" | "removed";
                /** What the member shows here: the handle, or name and town too. */
                share_level: "handle" | "profile";
                /** Since when; null: not yet. RFC 3339, UTC. */
                joined_at: string | null;
                /** True: is asked to take the plan over. */
                is_asked: boolean;
            }[];
            /** Its items, by day and order. 0 to 300 items. */
            items: {
                /** The item. */
                item: string;
                /** What it is. */
                kind: "transport" | "lodging" | "activity" | "meal" | "note" | "task";
                /** Title. 1 to 120 characters. */
                title: string;
                /** Place among the items of its day: 0-9, A-Z, a-z, compared bytewise; equal ones go by id. 1 to 64 characters. */
                order_key: string;
                /** The day, like 2027-05-31. 10 to 10 characters. */
                day?: string;
                /** Its beginning in minutes of that day. 0 to 1439. */
                start_min?: number;
                /** Its end in minutes of that day. 0 to 2879. */
                end_min?: number;
                /** Where. 1 to 200 characters. */
                place?: string;
                /** Latitude in millionths of a degree; with lon_micro. -90000000 to 90000000. */
                lat_micro?: number;
                /** Longitude in millionths of a degree; with lat_micro. -180000000 to 180000000. */
                lon_micro?: number;
                /** Notes. 1 to 4000 characters. */
                notes?: string;
                /** Who of the plan takes part, where not all do. 0 to 50 items. */
                assignees: (string)[];
                /** The offer on it; offer.get tells it to those whom it is for. */
                offer?: string;
                /** Rises with every change; base of the next. 1 to 9007199254740991. */
                version: number;
                /** Who changed it last; of a poll, who opened it. Not told where it is cut. */
                updated_by?: string;
                /** When. Not told where it is cut. RFC 3339, UTC. */
                updated_at?: string;
                /** When it was deleted; restorable for 30 days. RFC 3339, UTC. */
                deleted_at?: string;
                /** True: notes go on, see plan.item_get. */
                notes_cut?: boolean;
                /** True: the plan is so full that only kind, day, place in order and the beginning of the title are told. */
                cut?: boolean;
            }[];
            /** Its polls, newest first. 0 to 50 items. */
            polls: {
                /** The poll. */
                poll: string;
                /** Its plan. */
                plan: string;
                /** Its kind. */
                kind: "single" | "multi" | "approval" | "dates";
                /** What is asked. 1 to 120 characters. */
                title: string;
                /** Its state. */
                state: "open" | "tied" | "closed" | "cancelled";
                /** Its version. 1 to 9007199254740991. */
                version: number;
                /** True: until it is closed nobody sees who or how many. */
                secret_until_close: boolean;
                /** So many must vote, else nothing comes of it. 1 to 100. */
                quorum: number;
                /** So many options at most; of multi. 1 to 20. */
                max_choices: number | null;
                /** Who decides between equal scores. */
                tie_rule: "owner" | "earliest_option";
                /** True: it closes as the last one votes. */
                close_when_all_voted: boolean;
                /** Votes count until then. RFC 3339, UTC. */
                closes_at: string;
                /** What closing it does; null: nothing. */
                on_close: {
                    /** A proposal that is accepted when the first option wins, and rejected when another does. */
                    apply_proposal?: string;
                    /** True: the plan gets the dates that win; of polls on dates. */
                    set_dates?: boolean;
                } | null;
                /** When it was closed; null: not yet. RFC 3339, UTC. */
                closed_at: string | null;
                /** What came of it; null: not yet. */
                result: {
                    /** Decided; too few have voted; nothing had a score; tied; or ended by the plan, which was locked, cancelled or over. */
                    outcome: "decided" | "no_quorum" | "none" | "tied" | "ended";
                    /** The option that has won; null: none. */
                    winner: string | null;
                    /** What it did to the plan: nothing, what it was to do, turned the proposal down, found what it was to change changed, or could not. */
                    effect: "none" | "applied" | "rejected" | "stale" | "refused";
                    /** The options with the highest score; nothing wins that has none. 0 to 20 items. */
                    best: (string)[];
                } | null;
                /** Who has opened it; null: somebody who is not in the plan any more. */
                by: string | null;
                /** So many have voted. 0 to 100. */
                voters?: number;
                /** What the caller has said. 0 to 20 items. */
                mine?: {
                    /** An option of the poll. */
                    option: string;
                    /** Yes when left out; maybe and no in polls of approval and on dates. */
                    choice?: "yes" | "maybe" | "no";
                }[];
                /** Its options; in plan.get not of polls that are closed. 2 to 20 items. */
                options?: {
                    /** The option. */
                    option: string;
                    /** What it says. 1 to 60 characters. */
                    label: string;
                    /** First day; of polls on dates. 10 to 10 characters. */
                    from?: string;
                    /** Last day. 10 to 10 characters. */
                    to?: string;
                    /** So many are for it. 0 to 100. */
                    yes?: number;
                    /** So many may be. 0 to 100. */
                    maybe?: number;
                    /** So many are against it. 0 to 100. */
                    no?: number;
                    /** Votes; of approval and dates twice the yes and once the maybe. 0 to 200. */
                    score?: number;
                }[];
            }[];
            /** What nobody has decided on yet, newest first. 0 to 20 items. */
            proposals: {
                /** The proposal. */
                proposal: string;
                /** Its plan. */
                plan: string;
                /** An item more, another or none, or other dates. */
                action: "add" | "change" | "remove" | "dates";
                /** The item it is about; null: none. */
                item: string | null;
                /** The version of the item its author saw; null: none. 1 to 9007199254740991. */
                base: number | null;
                /** What it sets; null clears a field. */
                set: {
                    /** Kind of the item. */
                    kind?: "transport" | "lodging" | "activity" | "meal" | "note" | "task";
                    /** What it is. 1 to 120 characters. */
                    title?: string;
                    /** Its place among the others of the day. 1 to 64 characters. */
                    order_key?: string;
                    /** Its day, like 2027-05-31. 10 to 10 characters. */
                    day?: string | null;
                    /** Minute of the day it begins. 0 to 1439. */
                    start_min?: number | null;
                    /** Minute it ends, counted from the same midnight. 0 to 2879. */
                    end_min?: number | null;
                    /** Where. 1 to 200 characters. */
                    place?: string | null;
                    /** Latitude in millionths of a degree. -90000000 to 90000000. */
                    lat_micro?: number | null;
                    /** Longitude in millionths of a degree. -180000000 to 180000000. */
                    lon_micro?: number | null;
                    /** Notes. 1 to 4000 characters. */
                    notes?: string | null;
                    /** Who takes part; empty: everybody. 0 to 50 items. */
                    assignees?: (string)[];
                    /** First day of the journey; of dates. 10 to 10 characters. */
                    starts_on?: string;
                    /** Last day of the journey. 10 to 10 characters. */
                    ends_on?: string;
                };
                /** The dates as they were when it was made. */
                was?: {
                    /** First day. 10 to 10 characters. */
                    starts_on: string | null;
                    /** Last day. 10 to 10 characters. */
                    ends_on: string | null;
                };
                /** True: the notes are longer; the event tells them all. */
                notes_cut?: boolean;
                /** Its state. */
                state: "open" | "accepted" | "rejected" | "withdrawn" | "stale";
                /** The poll that asks about it; null: none. */
                poll: string | null;
                /** Its author; null: somebody who is not in the plan any more. */
                by: string | null;
                /** When it was made. RFC 3339, UTC. */
                at: string;
                /** When it was decided; null: not yet. RFC 3339, UTC. */
                decided_at: string | null;
            }[];
            /** Who is owed what, and who owes. */
            balances: {
                /** The currency of the plan. 3 to 3 characters. */
                cur: string;
                /** Who is in the plan, and who was and had a part in its expenses. 0 to 400 items. */
                members: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                    former?: number;
                    /** Paid for expenses. 0 to 9007199254740991. */
                    paid: number;
                    /** The shares of the member. 0 to 9007199254740991. */
                    owed: number;
                    /** Confirmed payments to others. 0 to 9007199254740991. */
                    sent: number;
                    /** Confirmed payments of others. 0 to 9007199254740991. */
                    received: number;
                    /** What the member gets back; negative: owes. All of them sum to 0. -9007199254740991 to 9007199254740991. */
                    net: number;
                }[];
            };
            /** What holds for the caller. */
            mine: {
                /** The caller's role. */
                role: "owner" | "editor" | "voter" | "viewer";
                /** What the others see of the caller: the handle, or name and town beside it. */
                share_level: "handle" | "profile";
                /** What the caller may do now. item: plan.update too; role: plan.transfer_ownership too; book: reservation.hold with the plan; hold: plan.group_hold; with _any: also what others wrote. 1 to 20 items. */
                can: ("see" | "comment" | "vote" | "propose" | "item" | "attach" | "undo" | "comment_delete_any" | "expense" | "expense_any" | "poll" | "invite" | "book" | "role" | "remove" | "lock" | "cancel" | "hold")[];
            };
            /** True: too full for one answer; texts are shorter, polls without options, long lists end early: see plan.item_get, plan.poll, plan.balances. */
            cut?: boolean;
        };
    };
    /** Holds seats of an offer for the whole plan, all that is asked for or nothing: one hold of its owner, for as many persons as have joined. Who: member. Errors: FORBIDDEN, NOT_FOUND, SOLD_OUT, GUARDIAN_REQUIRED, INVALID_STATE, NOT_OPEN_YET, QUEUE, LIMIT, INSUFFICIENT_POINTS, POINTS_FROZEN, CLOSED, RESTRICTED. Publishes: resv.changed, points.changed, plan.changed, offer.availability, waitlist.offered, waitlist.changed, notify.added. */
    "plan.group_hold": {
        params: {
            /** The caller's plan. */
            plan: string;
            /** The offer; it is on the plan. */
            offer: string;
            /** Classes and their units. 1 to 10 items. */
            items: {
                /** The class. */
                class: string;
                /** Units of it. 1 to 50. */
                qty: number;
            }[];
            /** Which of these units are paid in points, those of the caller. 0 to 10 items. */
            points?: {
                /** The class. */
                class: string;
                /** Units of it. 1 to 50. */
                qty: number;
            }[];
            /** Who gets which seats, as far as it is known: members of the plan, who are asked once it is confirmed, or others in the caller's words; names can follow. 0 to 100 items. */
            party?: {
                /** One of the classes held. */
                class: string;
                /** Who gets a seat of it: a member of the club, who is asked. */
                member?: string;
                /** Or somebody else, in the caller's words. 1 to 60 characters. */
                guest?: string;
            }[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** held. */
            state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
            /** From then on the seats are free again. RFC 3339, UTC. */
            expires_at: string;
            /** How to pay. */
            pay: {
                /** What is due in money. */
                amount: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** What the payment must carry. 1 to 64 characters. */
                reference: string;
            };
            /** Persons in all. 1 to 6000. */
            persons: number;
            /** The discount of the party, in millionths. 0 to 1000000. */
            discount_ppm: number;
            /** What it costs in money. */
            total: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Points put aside for it. 0 to 9007199254740991. */
            points: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Asks a member of the club into a plan, or makes a link that leads there. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, LIMIT, RESTRICTED. Publishes: plan.changed, plan.member. */
    "plan.invite": {
        params: {
            /** The plan. */
            plan: string;
            /** What they may do who come. */
            role: "editor" | "voter" | "viewer";
            /** Whom, by number; without member and handle a link is made. */
            member?: string;
            /** Whom, by handle. A young child can only be named so. 3 to 24 characters. */
            handle?: string;
            /** How many may come by the link; 1 when left out. 1 to 100. */
            max_uses?: number;
            /** How long the link is good; 168, a week, when left out. 1 to 720. */
            hours?: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** What they may do who come. */
            role: "editor" | "voter" | "viewer";
            /** Who is invited. */
            member?: string;
            /** Invited. */
            state?: "invited" | "joined" | "declined" | "left" | "removed";
            /** The link, to revoke it. */
            invite?: string;
            /** How many may come by it. 1 to 100. */
            max_uses?: number;
            /** How long it is good. RFC 3339, UTC. */
            expires_at?: string;
            /** What the link carries; a secret. Null when the call is repeated and the link is over. 22 to 22 characters. */
            token?: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Shows what there is to see of a plan before joining it. Who: member. Errors: FORBIDDEN, NOT_FOUND, GONE, NOT_MEMBER, INVALID_STATE, RESTRICTED. */
    "plan.invite_info": {
        params: {
            /** What the link carries. 1 to 64 characters. */
            token?: string;
            /** Instead, a plan that the caller is invited to by name. */
            plan?: string;
        };
        result: {
            /** What the plan is called. 1 to 120 characters. */
            title: string;
            /** Its first day; null: not said. 10 to 10 characters. */
            starts_on: string | null;
            /** Its last day; null: not said. 10 to 10 characters. */
            ends_on: string | null;
            /** How many are in it. 0 to 50. */
            members: number;
            /** The handle of who invites; null: not told. 1 to 24 characters. */
            inviter: string | null;
        };
    };
    /** Makes a link to a plan void, or all links to it. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. */
    "plan.invite_revoke": {
        params: {
            /** The plan. */
            plan: string;
            /** The link; all of the plan when left out. */
            invite?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** How many links were good until now. 0 to 20. */
            revoked: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Adds an item to the itinerary of a plan. Who: member. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE, NOT_MEMBER, RESTRICTED, LIMIT. Publishes: plan.item_changed. */
    "plan.item_add": {
        params: {
            /** The plan. */
            plan: string;
            /** The fields of the item. */
            set: {
                /** What it is. */
                kind: "transport" | "lodging" | "activity" | "meal" | "note" | "task";
                /** Title. 1 to 120 characters. */
                title: string;
                /** Place among the items of its day: 0-9, A-Z, a-z, compared bytewise; equal ones go by id. 1 to 64 characters. */
                order_key: string;
                /** The day, like 2027-05-31. 10 to 10 characters. */
                day?: string;
                /** Its beginning in minutes of that day. 0 to 1439. */
                start_min?: number;
                /** Its end in minutes of that day. 0 to 2879. */
                end_min?: number;
                /** Where. 1 to 200 characters. */
                place?: string;
                /** Latitude in millionths of a degree; with lon_micro. -90000000 to 90000000. */
                lat_micro?: number;
                /** Longitude in millionths of a degree; with lat_micro. -180000000 to 180000000. */
                lon_micro?: number;
                /** Notes. 1 to 4000 characters. */
                notes?: string;
                /** Who of the plan takes part, where not all do. 0 to 50 items. */
                assignees?: (string)[];
            };
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The item. */
            item: string;
            /** Its version now. 1 to 9007199254740991. */
            version: number;
            /** The number of the change in the log. 1 to 9007199254740991. */
            op: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Deletes an item that nobody changed since it was seen; restorable for 30 days. Who: member. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE, NOT_MEMBER, RESTRICTED, GONE, CONFLICT. Publishes: plan.item_changed. */
    "plan.item_delete": {
        params: {
            /** The item. */
            item: string;
            /** The version of the item that was seen. 1 to 9007199254740991. */
            base: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The item. */
            item: string;
            /** Its version now. 1 to 9007199254740991. */
            version: number;
            /** The number of the change in the log. 1 to 9007199254740991. */
            op: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Answers one item whole, for 30 days also a deleted one; plan.get cuts long notes in large plans. Who: member. Errors: NOT_FOUND, GONE, NOT_MEMBER, RESTRICTED. */
    "plan.item_get": {
        params: {
            /** The item. */
            item: string;
        };
        result: {
            /** The item. */
            item: string;
            /** What it is. */
            kind: "transport" | "lodging" | "activity" | "meal" | "note" | "task";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Place among the items of its day: 0-9, A-Z, a-z, compared bytewise; equal ones go by id. 1 to 64 characters. */
            order_key: string;
            /** The day, like 2027-05-31. 10 to 10 characters. */
            day?: string;
            /** Its beginning in minutes of that day. 0 to 1439. */
            start_min?: number;
            /** Its end in minutes of that day. 0 to 2879. */
            end_min?: number;
            /** Where. 1 to 200 characters. */
            place?: string;
            /** Latitude in millionths of a degree; with lon_micro. -90000000 to 90000000. */
            lat_micro?: number;
            /** Longitude in millionths of a degree; with lat_micro. -180000000 to 180000000. */
            lon_micro?: number;
            /** Notes. 1 to 4000 characters. */
            notes?: string;
            /** Who of the plan takes part, where not all do. 0 to 50 items. */
            assignees: (string)[];
            /** The offer on it; offer.get tells it to those whom it is for. */
            offer?: string;
            /** Rises with every change; base of the next. 1 to 9007199254740991. */
            version: number;
            /** Who changed it last; of a poll, who opened it. Not told where it is cut. */
            updated_by?: string;
            /** When. Not told where it is cut. RFC 3339, UTC. */
            updated_at?: string;
            /** When it was deleted; restorable for 30 days. RFC 3339, UTC. */
            deleted_at?: string;
            /** True: notes go on, see plan.item_get. */
            notes_cut?: boolean;
            /** True: the plan is so full that only kind, day, place in order and the beginning of the title are told. */
            cut?: boolean;
        };
    };
    /** Moves an item to another place in order or day; moves of other items are never in its way. Who: member. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE, NOT_MEMBER, RESTRICTED, GONE, CONFLICT, LIMIT. Publishes: plan.item_changed. */
    "plan.item_move": {
        params: {
            /** The item. */
            item: string;
            /** The version of the item that was seen. 1 to 9007199254740991. */
            base: number;
            /** Its place: a key between those of its neighbours, of 0-9, A-Z, a-z. 1 to 64 characters. */
            order_key: string;
            /** The day; the same when left out. 10 to 10 characters. */
            day?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The item. */
            item: string;
            /** Its version now. 1 to 9007199254740991. */
            version: number;
            /** The number of the change in the log. 1 to 9007199254740991. */
            op: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Brings an item back that was deleted in the last 30 days. Who: member. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE, NOT_MEMBER, RESTRICTED, GONE, LIMIT. Publishes: plan.item_changed. */
    "plan.item_restore": {
        params: {
            /** The item. */
            item: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The item. */
            item: string;
            /** Its version now. 1 to 9007199254740991. */
            version: number;
            /** The number of the change in the log. 1 to 9007199254740991. */
            op: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Sets fields of an item. Accepted where none of them changed since the version that was seen, whatever else did; a CONFLICT brings the item as it is and what was asked for. Who: member. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE, NOT_MEMBER, RESTRICTED, GONE, CONFLICT, LIMIT. Publishes: plan.item_changed. */
    "plan.item_set": {
        params: {
            /** The item. */
            item: string;
            /** The version of the item that was seen. 1 to 9007199254740991. */
            base: number;
            /** Fields to set: those that changed only. */
            set?: {
                /** What it is. */
                kind?: "transport" | "lodging" | "activity" | "meal" | "note" | "task";
                /** Title. 1 to 120 characters. */
                title?: string;
                /** Place among the items of its day: 0-9, A-Z, a-z, compared bytewise; equal ones go by id. 1 to 64 characters. */
                order_key?: string;
                /** The day, like 2027-05-31. 10 to 10 characters. */
                day?: string;
                /** Its beginning in minutes of that day. 0 to 1439. */
                start_min?: number;
                /** Its end in minutes of that day. 0 to 2879. */
                end_min?: number;
                /** Where. 1 to 200 characters. */
                place?: string;
                /** Latitude in millionths of a degree; with lon_micro. -90000000 to 90000000. */
                lat_micro?: number;
                /** Longitude in millionths of a degree; with lat_micro. -180000000 to 180000000. */
                lon_micro?: number;
                /** Notes. 1 to 4000 characters. */
                notes?: string;
                /** Who of the plan takes part, where not all do. 0 to 50 items. */
                assignees?: (string)[];
            };
            /** Fields to empty. 0 to 12 items. */
            clear?: ("day" | "start_min" | "end_min" | "place" | "position" | "notes" | "offer")[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The item. */
            item: string;
            /** Its version now. 1 to 9007199254740991. */
            version: number;
            /** The number of the change in the log. 1 to 9007199254740991. */
            op: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Joins a plan by a link or as one who is invited; the caller says what the others see. Who: member. Errors: FORBIDDEN, NOT_FOUND, GONE, NOT_MEMBER, INVALID_STATE, LIMIT, CLOSED, RESTRICTED. Publishes: plan.member. */
    "plan.join": {
        params: {
            /** What the link carries. 1 to 64 characters. */
            token?: string;
            /** Instead, a plan that the caller is invited to by name. */
            plan?: string;
            /** What the other members see: the handle, when left out, or name and town too. */
            share_level?: "handle" | "profile";
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The member. */
            member: string;
            /** Where the member stands. */
            state: "invited" | "joined" | "declined" | "left" | "removed";
            /** The member's role, or the last one. */
            role: "owner" | "editor" | "voter" | "viewer";
            /** What the member shows there. */
            share_level: "handle" | "profile";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Leaves a plan or turns an invitation down; the plan of an owner goes to the editor of longest standing, or voter. Who: member. Errors: NOT_FOUND. Publishes: plan.changed, plan.item_changed, plan.member, plan.proposal, poll.changed, resv.changed, resv.invited. */
    "plan.leave": {
        params: {
            /** The plan. */
            plan: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The member. */
            member: string;
            /** Where the member stands. */
            state: "invited" | "joined" | "declined" | "left" | "removed";
            /** The member's role, or the last one. */
            role: "owner" | "editor" | "voter" | "viewer";
            /** What the member shows there. */
            share_level: "handle" | "profile";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists the plans that the caller is in. Who: member. Errors: RESTRICTED. */
    "plan.list": {
        params: {
            /** Those that are done or cancelled, instead. */
            past?: boolean;
            /** Rows at most; 20 when left out. 1 to 50. */
            limit?: number;
            /** Where the last page ended. 1 to 40 characters. */
            cursor?: string;
        };
        result: {
            /** The plans that the caller is in, newest first. 0 to 50 items. */
            plans: {
                /** The plan. */
                plan: string;
                /** Its club. */
                club: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** Where to; null: not said. 1 to 120 characters. */
                dest: string | null;
                /** First day, like 2027-05-31; null: open. 10 to 10 characters. */
                starts_on: string | null;
                /** Last day; null: open, or a single day. 10 to 10 characters. */
                ends_on: string | null;
                /** Zone of its days. 1 to 60 characters. */
                tz: string;
                /** Currency of its balances. 3 to 3 characters. */
                currency: string;
                /** Its state; travelling and done follow the days. */
                state: "draft" | "planning" | "locked" | "booked" | "travelling" | "done" | "cancelled";
                /** The last number in its log of changes. 0 to 9007199254740991. */
                op_seq: number;
                /** Its version, for plan.update. 1 to 9007199254740991. */
                version: number;
                /** When it was made. RFC 3339, UTC. */
                created_at: string;
                /** So many are in it. 1 to 50. */
                member_count: number;
                /** What holds for the caller. */
                mine: {
                    /** The caller's role. */
                    role: "owner" | "editor" | "voter" | "viewer";
                    /** What the others see of the caller: the handle, or name and town beside it. */
                    share_level: "handle" | "profile";
                    /** What the caller may do now. item: plan.update too; role: plan.transfer_ownership too; book: reservation.hold with the plan; hold: plan.group_hold; with _any: also what others wrote. 1 to 20 items. */
                    can: ("see" | "comment" | "vote" | "propose" | "item" | "attach" | "undo" | "comment_delete_any" | "expense" | "expense_any" | "poll" | "invite" | "book" | "role" | "remove" | "lock" | "cancel" | "hold")[];
                };
            }[];
            /** For the next page; null: that is all. 1 to 40 characters. */
            cursor: string | null;
        };
    };
    /** Lets only the owner edit; polls end without effect, proposals are stale. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. Publishes: plan.changed, plan.proposal, poll.changed. */
    "plan.lock": {
        params: {
            /** The plan. */
            plan: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** Its club. */
            club: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** Where to; null: not said. 1 to 120 characters. */
            dest: string | null;
            /** First day, like 2027-05-31; null: open. 10 to 10 characters. */
            starts_on: string | null;
            /** Last day; null: open, or a single day. 10 to 10 characters. */
            ends_on: string | null;
            /** Zone of its days. 1 to 60 characters. */
            tz: string;
            /** Currency of its balances. 3 to 3 characters. */
            currency: string;
            /** Its state; travelling and done follow the days. */
            state: "draft" | "planning" | "locked" | "booked" | "travelling" | "done" | "cancelled";
            /** The last number in its log of changes. 0 to 9007199254740991. */
            op_seq: number;
            /** Its version, for plan.update. 1 to 9007199254740991. */
            version: number;
            /** When it was made. RFC 3339, UTC. */
            created_at: string;
            /** What holds for the caller. */
            mine: {
                /** The caller's role. */
                role: "owner" | "editor" | "voter" | "viewer";
                /** What the others see of the caller: the handle, or name and town beside it. */
                share_level: "handle" | "profile";
                /** What the caller may do now. item: plan.update too; role: plan.transfer_ownership too; book: reservation.hold with the plan; hold: plan.group_hold; with _any: also what others wrote. 1 to 20 items. */
                can: ("see" | "comment" | "vote" | "propose" | "item" | "attach" | "undo" | "comment_delete_any" | "expense" | "expense_any" | "poll" | "invite" | "book" | "role" | "remove" | "lock" | "cancel" | "hold")[];
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells the changes of a plan after a number, oldest first. Who: member. Errors: NOT_FOUND, NOT_MEMBER, RESTRICTED. */
    "plan.ops": {
        params: {
            /** The plan. */
            plan: string;
            /** The last number already there; from the first when left out. 0 to 9007199254740991. */
            after?: number;
            /** Rows at most; 100 when left out. 1 to 200. */
            limit?: number;
        };
        result: {
            /** The plan. */
            plan: string;
            /** Changes in order, fewer where they are long. 0 to 200 items. */
            ops: {
                /** Its number; none is missing. 1 to 9007199254740991. */
                op: number;
                /** What was done, like item_set. 1 to 40 characters. */
                kind: string;
                /** What it was done to, like item:17. 1 to 40 characters. */
                object: string;
                /** The values set, by field; null: emptied. */
                set: Record<string, unknown>;
                /** The values they replaced. */
                before: Record<string, unknown>;
                /** The version of the object that was seen; null: none. 0 to 9007199254740991. */
                base: number | null;
                /** The version that this made; null: none. 0 to 9007199254740991. */
                ver: number | null;
                /** The change that it is the inverse of; null: of none. 1 to 9007199254740991. */
                undoes: number | null;
                /** Who did it; null: a poll, or somebody who is erased. */
                by: string | null;
                /** The poll that did it. */
                poll?: string;
                /** When. RFC 3339, UTC. */
                at: string;
            }[];
            /** The number of the last change there is. 0 to 9007199254740991. */
            last: number;
        };
    };
    /** Takes over a plan whose owner has asked the caller to, or says no. Who: member. Errors: NOT_FOUND, NOT_MEMBER, RESTRICTED. Publishes: plan.member. */
    "plan.ownership_accept": {
        params: {
            /** The plan. */
            plan: string;
            /** False: says no; true when left out. */
            accept?: boolean;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The member. */
            member: string;
            /** Where the member stands. */
            state: "invited" | "joined" | "declined" | "left" | "removed";
            /** The member's role, or the last one. */
            role: "owner" | "editor" | "voter" | "viewer";
            /** What the member shows there. */
            share_level: "handle" | "profile";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Shows a poll of a plan and who has said what, as far as that may be told. Who: member. Errors: NOT_FOUND, NOT_MEMBER, RESTRICTED. */
    "plan.poll": {
        params: {
            /** The poll. */
            poll: string;
        };
        result: {
            /** The poll. */
            poll: string;
            /** Its plan. */
            plan: string;
            /** Its kind. */
            kind: "single" | "multi" | "approval" | "dates";
            /** What is asked. 1 to 120 characters. */
            title: string;
            /** Its state. */
            state: "open" | "tied" | "closed" | "cancelled";
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** True: until it is closed nobody sees who or how many. */
            secret_until_close: boolean;
            /** So many must vote, else nothing comes of it. 1 to 100. */
            quorum: number;
            /** So many options at most; of multi. 1 to 20. */
            max_choices: number | null;
            /** Who decides between equal scores. */
            tie_rule: "owner" | "earliest_option";
            /** True: it closes as the last one votes. */
            close_when_all_voted: boolean;
            /** Votes count until then. RFC 3339, UTC. */
            closes_at: string;
            /** What closing it does; null: nothing. */
            on_close: {
                /** A proposal that is accepted when the first option wins, and rejected when another does. */
                apply_proposal?: string;
                /** True: the plan gets the dates that win; of polls on dates. */
                set_dates?: boolean;
            } | null;
            /** When it was closed; null: not yet. RFC 3339, UTC. */
            closed_at: string | null;
            /** What came of it; null: not yet. */
            result: {
                /** Decided; too few have voted; nothing had a score; tied; or ended by the plan, which was locked, cancelled or over. */
                outcome: "decided" | "no_quorum" | "none" | "tied" | "ended";
                /** The option that has won; null: none. */
                winner: string | null;
                /** What it did to the plan: nothing, what it was to do, turned the proposal down, found what it was to change changed, or could not. */
                effect: "none" | "applied" | "rejected" | "stale" | "refused";
                /** The options with the highest score; nothing wins that has none. 0 to 20 items. */
                best: (string)[];
            } | null;
            /** Who has opened it; null: somebody who is not in the plan any more. */
            by: string | null;
            /** So many have voted. 0 to 100. */
            voters?: number;
            /** What the caller has said. 0 to 20 items. */
            mine?: {
                /** An option of the poll. */
                option: string;
                /** Yes when left out; maybe and no in polls of approval and on dates. */
                choice?: "yes" | "maybe" | "no";
            }[];
            /** Its options; in plan.get not of polls that are closed. 2 to 20 items. */
            options?: {
                /** The option. */
                option: string;
                /** What it says. 1 to 60 characters. */
                label: string;
                /** First day; of polls on dates. 10 to 10 characters. */
                from?: string;
                /** Last day. 10 to 10 characters. */
                to?: string;
                /** So many are for it. 0 to 100. */
                yes?: number;
                /** So many may be. 0 to 100. */
                maybe?: number;
                /** So many are against it. 0 to 100. */
                no?: number;
                /** Votes; of approval and dates twice the yes and once the maybe. 0 to 200. */
                score?: number;
            }[];
            /** Who has said what, of those who are in the plan; nothing while a secret poll is open. 0 to 100 items. */
            votes: {
                /** A member of the plan, as plan.get tells who that is. */
                member: string;
                /** What that member has said. 1 to 20 items. */
                votes: {
                    /** An option of the poll. */
                    option: string;
                    /** Yes when left out; maybe and no in polls of approval and on dates. */
                    choice?: "yes" | "maybe" | "no";
                }[];
            }[];
        };
    };
    /** Ends a poll before its time; of a tied one the owner says which option it is. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. Publishes: plan.changed, plan.item_changed, plan.proposal, poll.changed. */
    "plan.poll_close": {
        params: {
            /** The poll. */
            poll: string;
            /** Of a tied poll: which of the best it is. */
            option?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The poll. */
            poll: string;
            /** Closed, or tied. */
            state: "open" | "tied" | "closed" | "cancelled";
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** What came of it. */
            result: {
                /** Decided; too few have voted; nothing had a score; tied; or ended by the plan, which was locked, cancelled or over. */
                outcome: "decided" | "no_quorum" | "none" | "tied" | "ended";
                /** The option that has won; null: none. */
                winner: string | null;
                /** What it did to the plan: nothing, what it was to do, turned the proposal down, found what it was to change changed, or could not. */
                effect: "none" | "applied" | "rejected" | "stale" | "refused";
                /** The options with the highest score; nothing wins that has none. 0 to 20 items. */
                best: (string)[];
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Asks the members of a plan, and says what the answer does when the poll closes. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, LIMIT, RESTRICTED. Publishes: poll.changed. */
    "plan.poll_open": {
        params: {
            /** The plan. */
            plan: string;
            /** single: one option; multi: max_choices of them; approval: yes, maybe or no to each; dates: the same, to days. */
            kind: "single" | "multi" | "approval" | "dates";
            /** What is asked. 1 to 120 characters. */
            title: string;
            /** What to choose from, no label twice. 2 to 20 items. */
            options: {
                /** What it says; of dates they themselves when left out. 1 to 60 characters. */
                label?: string;
                /** First day, like 2027-05-31; of polls on dates. 10 to 10 characters. */
                from?: string;
                /** Last day, 366 days later at most. 10 to 10 characters. */
                to?: string;
            }[];
            /** Votes count until then, 90 days at most. RFC 3339, UTC. */
            closes_at: string;
            /** So many options at most; of multi, and needed there. 1 to 20. */
            max_choices?: number;
            /** True: until it is closed nobody sees who or how many. */
            secret_until_close?: boolean;
            /** So many must vote, else nothing comes of it; 1 when left out. 1 to 100. */
            quorum?: number;
            /** Who decides between equal scores: the owner, unless said otherwise. */
            tie_rule?: "owner" | "earliest_option";
            /** True: it closes as the last one votes. */
            close_when_all_voted?: boolean;
            /** What closing it does. */
            on_close?: {
                /** A proposal that is accepted when the first option wins, and rejected when another does. */
                apply_proposal?: string;
                /** True: the plan gets the dates that win; of polls on dates. */
                set_dates?: boolean;
            };
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The poll. */
            poll: string;
            /** Its state; tied: the owner of the plan decides. */
            state: "open" | "tied" | "closed" | "cancelled";
            /** Rises with every change; not with the votes of a secret poll that is open. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Changes the plan as proposed, or finds that what was to be changed has changed: it is stale then. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, LIMIT, RESTRICTED. Publishes: plan.changed, plan.item_changed, plan.proposal, poll.changed. */
    "plan.proposal_accept": {
        params: {
            /** The proposal. */
            proposal: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The proposal. */
            proposal: string;
            /** Its state; stale: what it was to change has changed, or the plan is locked. */
            state: "open" | "accepted" | "rejected" | "withdrawn" | "stale";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Turns a proposal down. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. Publishes: plan.proposal. */
    "plan.proposal_reject": {
        params: {
            /** The proposal. */
            proposal: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The proposal. */
            proposal: string;
            /** Its state; stale: what it was to change has changed, or the plan is locked. */
            state: "open" | "accepted" | "rejected" | "withdrawn" | "stale";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes a proposal of the caller's back. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. Publishes: plan.proposal. */
    "plan.proposal_withdraw": {
        params: {
            /** The proposal. */
            proposal: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The proposal. */
            proposal: string;
            /** Its state; stale: what it was to change has changed, or the plan is locked. */
            state: "open" | "accepted" | "rejected" | "withdrawn" | "stale";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Proposes to add an item to a plan, to change or remove one, or other dates. Who: member. Errors: FORBIDDEN, NOT_FOUND, GONE, NOT_MEMBER, INVALID_STATE, LIMIT, RESTRICTED. Publishes: plan.proposal. */
    "plan.propose": {
        params: {
            /** The plan. */
            plan: string;
            /** add an item, change or remove one, or set other dates. */
            action: "add" | "change" | "remove" | "dates";
            /** The item to change or to remove. */
            item?: string;
            /** The version of it that was seen; with item. 1 to 9007199254740991. */
            base?: number;
            /** What to set: of add kind, title and order_key at least, of change what is to be another, of dates both days. */
            set?: {
                /** Kind of the item. */
                kind?: "transport" | "lodging" | "activity" | "meal" | "note" | "task";
                /** What it is. 1 to 120 characters. */
                title?: string;
                /** Its place among the others of the day. 1 to 64 characters. */
                order_key?: string;
                /** Its day, like 2027-05-31. 10 to 10 characters. */
                day?: string;
                /** Minute of the day it begins. 0 to 1439. */
                start_min?: number;
                /** Minute it ends, counted from the same midnight. 0 to 2879. */
                end_min?: number;
                /** Where. 1 to 200 characters. */
                place?: string;
                /** Latitude in millionths of a degree. -90000000 to 90000000. */
                lat_micro?: number;
                /** Longitude in millionths of a degree. -180000000 to 180000000. */
                lon_micro?: number;
                /** Notes. 1 to 4000 characters. */
                notes?: string;
                /** Who takes part; empty: everybody. 0 to 50 items. */
                assignees?: (string)[];
                /** First day of the journey; of dates. 10 to 10 characters. */
                starts_on?: string;
                /** Last day of the journey. 10 to 10 characters. */
                ends_on?: string;
            };
            /** Fields to clear; of a change. 1 to 6 items. */
            clear?: ("day" | "start_min" | "end_min" | "place" | "position" | "notes")[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The proposal. */
            proposal: string;
            /** Its state; stale: what it was to change has changed, or the plan is locked. */
            state: "open" | "accepted" | "rejected" | "withdrawn" | "stale";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes a member out of a plan that the caller owns, or an invitation back. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, RESTRICTED. Publishes: plan.changed, plan.item_changed, plan.member, plan.proposal, poll.changed, resv.changed, resv.invited. */
    "plan.remove": {
        params: {
            /** The plan. */
            plan: string;
            /** Whom. */
            member: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The member. */
            member: string;
            /** Where the member stands. */
            state: "invited" | "joined" | "declined" | "left" | "removed";
            /** The member's role, or the last one. */
            role: "owner" | "editor" | "voter" | "viewer";
            /** What the member shows there. */
            share_level: "handle" | "profile";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Sets what a member may do in a plan that the caller owns. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, RESTRICTED. Publishes: plan.changed, plan.item_changed, plan.member, plan.proposal, poll.changed. */
    "plan.set_role": {
        params: {
            /** The plan. */
            plan: string;
            /** Whom. */
            member: string;
            /** What the member may do from now on. */
            role: "editor" | "voter" | "viewer";
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The member. */
            member: string;
            /** Where the member stands. */
            state: "invited" | "joined" | "declined" | "left" | "removed";
            /** The member's role, or the last one. */
            role: "owner" | "editor" | "voter" | "viewer";
            /** What the member shows there. */
            share_level: "handle" | "profile";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Sets what the other members of a plan see of the caller. Who: member. Errors: NOT_FOUND, CLOSED, RESTRICTED. Publishes: plan.member. */
    "plan.set_share": {
        params: {
            /** The plan. */
            plan: string;
            /** The handle, or name and town too. */
            share_level: "handle" | "profile";
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The member. */
            member: string;
            /** Where the member stands. */
            state: "invited" | "joined" | "declined" | "left" | "removed";
            /** The member's role, or the last one. */
            role: "owner" | "editor" | "voter" | "viewer";
            /** What the member shows there. */
            share_level: "handle" | "profile";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Says that the caller has got the money of a settlement; balances change. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. Publishes: settlement.changed. */
    "plan.settle_confirm": {
        params: {
            /** The settlement. */
            settlement: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The settlement. */
            settlement: string;
            /** The plan. */
            plan: string;
            /** Its state now. */
            state: "marked_paid" | "confirmed" | "disputed";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Says that the caller has not got the money of a settlement; that is its end, who pays after all marks another one. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. Publishes: settlement.changed. */
    "plan.settle_dispute": {
        params: {
            /** The settlement. */
            settlement: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The settlement. */
            settlement: string;
            /** The plan. */
            plan: string;
            /** Its state now. */
            state: "marked_paid" | "confirmed" | "disputed";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Says that the caller has paid another participant; the hub itself moves no money. Who: member. Errors: NOT_FOUND, NOT_MEMBER, INVALID_STATE, LIMIT, RESTRICTED. Publishes: settlement.changed. */
    "plan.settle_mark": {
        params: {
            /** The plan. */
            plan: string;
            /** Whom the caller has paid; this or from. */
            to?: string;
            /** Instead, who has left the plan and has paid the caller; confirmed at once. */
            from?: string;
            /** How much, in the currency of the plan. */
            amount: {
                /** Amount in minor units. 1 to 1000000000000. */
                minor: number;
                /** ISO 4217 code. 3 to 3 characters. */
                cur: string;
            };
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The settlement. */
            settlement: string;
            /** The plan. */
            plan: string;
            /** Its state now. */
            state: "marked_paid" | "confirmed" | "disputed";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Shows who could pay whom so that nobody of a plan owes anything. Who: member. Errors: NOT_FOUND, NOT_MEMBER, RESTRICTED. */
    "plan.settle_suggest": {
        params: {
            /** The plan. */
            plan: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** Less than there are participants. 0 to 400 items. */
            payments: {
                /** Who could pay. */
                payer: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                    former?: number;
                };
                /** Whom. */
                payee: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                    former?: number;
                };
                /** How much. */
                amount: {
                    /** Amount in minor units. 0 to 1000000000000. */
                    minor: number;
                    /** ISO 4217 code. 3 to 3 characters. */
                    cur: string;
                };
            }[];
        };
    };
    /** How far the seats that members booked for a plan are from the next price step of an offer, and what it would save. When a step is reached before booking closes, all reservations of the plan for the offer are quoted anew and what they cost less goes back, in money and in points. Who: member. Errors: NOT_FOUND, NOT_MEMBER, RESTRICTED. */
    "plan.threshold": {
        params: {
            /** The plan. */
            plan: string;
            /** An offer on it. */
            offer: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The offer. */
            offer: string;
            /** Seats confirmed for the plan, of all its reservations. 0 to 1000000. */
            confirmed: number;
            /** Seats held for it now, which do not count yet. 1 to 1000000. */
            held?: number;
            /** Seats missing to the next step; 0: there is none. 0 to 1000000. */
            missing: number;
            /** When booking closes: steps that are reached before it lower the prices of all. RFC 3339, UTC. */
            until: string;
            /** The step reached, for the caller's tier. */
            reached?: {
                /** From so many seats on. 1 to 1000000. */
                min_party: number;
                /** Its discount, in millionths. 0 to 1000000. */
                discount_ppm: number;
            };
            /** The next step for the caller's tier; not told when booking has closed. */
            step?: {
                /** From so many seats on. 1 to 1000000. */
                min_party: number;
                /** Its discount, in millionths. 0 to 1000000. */
                discount_ppm: number;
            };
            /** What it saves in money per person, rounded down: on the caller's own seats of the plan, or on the cheapest seat there is. */
            saving?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** The same in points, on own seats paid in points. 0 to 9007199254740991. */
            saving_points?: number;
        };
    };
    /** Asks another member to take over a plan that the caller owns, or nobody any more. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, RESTRICTED. Publishes: plan.member. */
    "plan.transfer_ownership": {
        params: {
            /** The plan. */
            plan: string;
            /** Whom; nobody any more when left out. */
            member?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** Who is asked; null: nobody. */
            asked: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells the others who have the plan open that the caller is writing, at most once in 3 seconds; needs com.presence. Who: member. Errors: FORBIDDEN, NOT_FOUND, CONSENT_REQUIRED, NOT_MEMBER, INVALID_STATE, RESTRICTED. */
    "plan.typing": {
        params: {
            /** The plan. */
            plan: string;
            /** The item that is being written at. */
            item?: string;
        };
        result: Record<string, never>;
    };
    /** Makes the inverse of a change of an item, where what it set has not been changed since. Who: member. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE, NOT_MEMBER, RESTRICTED, GONE, CONFLICT, LIMIT. Publishes: plan.item_changed. */
    "plan.undo": {
        params: {
            /** The plan. */
            plan: string;
            /** The number of the change in the log. 1 to 9007199254740991. */
            op: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The item. */
            item: string;
            /** Its version now. 1 to 9007199254740991. */
            version: number;
            /** The number of the change in the log. 1 to 9007199254740991. */
            op: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Opens a locked plan again to its editors. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. Publishes: plan.changed. */
    "plan.unlock": {
        params: {
            /** The plan. */
            plan: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** Its club. */
            club: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** Where to; null: not said. 1 to 120 characters. */
            dest: string | null;
            /** First day, like 2027-05-31; null: open. 10 to 10 characters. */
            starts_on: string | null;
            /** Last day; null: open, or a single day. 10 to 10 characters. */
            ends_on: string | null;
            /** Zone of its days. 1 to 60 characters. */
            tz: string;
            /** Currency of its balances. 3 to 3 characters. */
            currency: string;
            /** Its state; travelling and done follow the days. */
            state: "draft" | "planning" | "locked" | "booked" | "travelling" | "done" | "cancelled";
            /** The last number in its log of changes. 0 to 9007199254740991. */
            op_seq: number;
            /** Its version, for plan.update. 1 to 9007199254740991. */
            version: number;
            /** When it was made. RFC 3339, UTC. */
            created_at: string;
            /** What holds for the caller. */
            mine: {
                /** The caller's role. */
                role: "owner" | "editor" | "voter" | "viewer";
                /** What the others see of the caller: the handle, or name and town beside it. */
                share_level: "handle" | "profile";
                /** What the caller may do now. item: plan.update too; role: plan.transfer_ownership too; book: reservation.hold with the plan; hold: plan.group_hold; with _any: also what others wrote. 1 to 20 items. */
                can: ("see" | "comment" | "vote" | "propose" | "item" | "attach" | "undo" | "comment_delete_any" | "expense" | "expense_any" | "poll" | "invite" | "book" | "role" | "remove" | "lock" | "cancel" | "hold")[];
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes back all that the caller has said in a poll. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. Publishes: poll.changed. */
    "plan.unvote": {
        params: {
            /** The poll. */
            poll: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The poll. */
            poll: string;
            /** Its state; tied: the owner of the plan decides. */
            state: "open" | "tied" | "closed" | "cancelled";
            /** Rises with every change; not with the votes of a secret poll that is open. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Changes the title, place, days or zone of a plan, or ends its draft. Who: member. Errors: FORBIDDEN, NOT_FOUND, CONFLICT, NOT_MEMBER, INVALID_STATE, LIMIT, RESTRICTED. Publishes: plan.changed, plan.proposal, poll.changed. */
    "plan.update": {
        params: {
            /** The plan. */
            plan: string;
            /** The version that the screen showed. 1 to 9007199254740991. */
            base: number;
            /** Its title. 1 to 120 characters. */
            title?: string;
            /** Where to; empty: not said. 0 to 120 characters. */
            dest?: string;
            /** First day; empty: open. 0 to 10 characters. */
            starts_on?: string;
            /** Last day; empty: open. 0 to 10 characters. */
            ends_on?: string;
            /** Zone of its days. 1 to 60 characters. */
            tz?: string;
            /** Ends the draft; so does the first plan.invite. */
            state?: "planning";
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** Its club. */
            club: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** Where to; null: not said. 1 to 120 characters. */
            dest: string | null;
            /** First day, like 2027-05-31; null: open. 10 to 10 characters. */
            starts_on: string | null;
            /** Last day; null: open, or a single day. 10 to 10 characters. */
            ends_on: string | null;
            /** Zone of its days. 1 to 60 characters. */
            tz: string;
            /** Currency of its balances. 3 to 3 characters. */
            currency: string;
            /** Its state; travelling and done follow the days. */
            state: "draft" | "planning" | "locked" | "booked" | "travelling" | "done" | "cancelled";
            /** The last number in its log of changes. 0 to 9007199254740991. */
            op_seq: number;
            /** Its version, for plan.update. 1 to 9007199254740991. */
            version: number;
            /** When it was made. RFC 3339, UTC. */
            created_at: string;
            /** What holds for the caller. */
            mine: {
                /** The caller's role. */
                role: "owner" | "editor" | "voter" | "viewer";
                /** What the others see of the caller: the handle, or name and town beside it. */
                share_level: "handle" | "profile";
                /** What the caller may do now. item: plan.update too; role: plan.transfer_ownership too; book: reservation.hold with the plan; hold: plan.group_hold; with _any: also what others wrote. 1 to 20 items. */
                can: ("see" | "comment" | "vote" | "propose" | "item" | "attach" | "undo" | "comment_delete_any" | "expense" | "expense_any" | "poll" | "invite" | "book" | "role" | "remove" | "lock" | "cancel" | "hold")[];
            };
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Says what the caller is for, in place of all the caller has said in that poll before. Who: member. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, RESTRICTED. Publishes: plan.changed, plan.item_changed, plan.proposal, poll.changed. */
    "plan.vote": {
        params: {
            /** The poll. */
            poll: string;
            /** All that the caller says, no option twice. 1 to 20 items. */
            votes: {
                /** An option of the poll. */
                option: string;
                /** Yes when left out; maybe and no in polls of approval and on dates. */
                choice?: "yes" | "maybe" | "no";
            }[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The plan. */
            plan: string;
            /** The poll. */
            poll: string;
            /** Its state; tied: the owner of the plan decides. */
            state: "open" | "tied" | "closed" | "cancelled";
            /** Rises with every change; not with the votes of a secret poll that is open. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Gives a member points as goodwill, or corrects a balance. Who: agent, manager. Errors: FORBIDDEN, NOT_FOUND, CONFLICT, APPROVAL_REQUIRED, LIMIT, INSUFFICIENT_POINTS, POINTS_FROZEN. Publishes: approval.needed, points.changed. */
    "points.adjust": {
        params: {
            /** Whose account. */
            member: string;
            /** The club that gives or corrects. */
            club: string;
            /** Points to add; below 0 to take, which agents cannot. More than 10,000 by one person for one member in 24 hours take a second person. -9007199254740991 to 9007199254740991. */
            amount: number;
            /** Why; the member reads it. 1 to 400 characters. */
            reason: string;
            /** The case it belongs to. 1 to 64 characters. */
            case?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The ledger transaction. */
            tx: string;
            /** The member. */
            member: string;
            /** Points added; below 0: taken. -9007199254740991 to 9007199254740991. */
            amount: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Shows the accounts of a member and their entries as they stand in the books. Who: manager, privacy. Errors: FORBIDDEN, NOT_FOUND. */
    "points.audit": {
        params: {
            /** Whose accounts. */
            member: string;
            /** Only entries of this account. */
            account?: "redeemable" | "held" | "pending" | "debt" | "tier";
            /** Only entries of tier points of this club. */
            club?: string;
            /** Entries at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the newest when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** All accounts of the member. 0 to 1000 items. */
            accounts: {
                /** Which account. */
                account: "redeemable" | "held" | "pending" | "debt" | "tier";
                /** The club, of tier points; else null. */
                club: string | null;
                /** Its balance in the books. -9007199254740991 to 9007199254740991. */
                balance: number;
                /** Number of its last entry. 0 to 9007199254740991. */
                ver: number;
                /** True: nothing leaves it. */
                frozen: boolean;
            }[];
            /** Newest first. 0 to 100 items. */
            entries: {
                /** The entry. */
                entry: string;
                /** Its number in the account, without a gap. 1 to 9007199254740991. */
                ver: number;
                /** Its ledger transaction. */
                tx: string;
                /** Kind of the transaction. */
                kind: "earn" | "mature" | "hold" | "capture" | "release" | "redeem" | "transfer" | "contribute" | "return_share" | "expire" | "adjust" | "reverse" | "forfeit" | "tier_earn" | "tier_reverse";
                /** Which account. */
                account: "redeemable" | "held" | "pending" | "debt" | "tier";
                /** The club it came from; null: none. */
                club: string | null;
                /** Change of the account. -9007199254740991 to 9007199254740991. */
                amount: number;
                /** The account after. -9007199254740991 to 9007199254740991. */
                after: number;
                /** The key under which it was posted, once for ever. 1 to 400 characters. */
                key: string;
                /** Principal that caused it. 1 to 80 characters. */
                actor: string;
                /** Reason given by staff; null: none. 0 to 400 characters. */
                reason: string | null;
                /** The transaction that it reverses; null: none. */
                reverses: string | null;
                /** How much of the transaction was reversed since. 0 to 9007199254740991. */
                reversed: number;
                /** The hold it belongs to; null: none. */
                hold: string | null;
                /** What it refers to; null: nothing. */
                ref: {
                    /** What is referred to: receipt. 1 to 32 characters. */
                    kind: string;
                    /** Its number there. 1 to 64 characters. */
                    id: string;
                } | null;
                /** When it counts from, the purchase say. RFC 3339, UTC. */
                effective_at: string;
                /** When it was posted. RFC 3339, UTC. */
                at: string;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Spends the points of a hold, wholly or in part; a hold is resolved once. Who: service:pos, service:booking. Errors: NOT_FOUND, LIMIT, HOLD_EXPIRED, HOLD_RESOLVED. Publishes: points.changed. */
    "points.capture": {
        params: {
            /** The hold. */
            hold: string;
            /** How many are spent; all when left out. The rest is released. 1 to 9007199254740991. */
            points?: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The hold. */
            hold: string;
            /** The ledger transaction; a rest that was released has one of its own. */
            tx: string;
            /** Points spent. 0 to 9007199254740991. */
            captured: number;
            /** Points given back; those that have expired meanwhile end at once. 0 to 9007199254740991. */
            released: number;
            /** Points that can be spent now. 0 to 9007199254740991. */
            available: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Credits a purchase with points and tier points; a receipt is credited once for ever. Who: service:pos, service:booking, service:crm. Errors: FORBIDDEN, NOT_FOUND, CONFLICT, NOT_MEMBER, INVALID_STATE, LIMIT. Publishes: points.changed, tier.changed. */
    "points.earn": {
        params: {
            /** Who bought. */
            member: string;
            /** The club whose rules apply. */
            club: string;
            /** Number of the receipt, unique for this service for ever. 1 to 64 characters. */
            receipt: string;
            /** The whole receipt. 1 to 50 items. */
            lines: {
                /** Product category; the club's general rule applies when left out. */
                category?: string;
                /** What was paid for this line. */
                amount: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
            }[];
            /** When it was bought; now when left out. Up to 365 days back for services pos and crm, a day for others. RFC 3339, UTC. */
            at?: string;
            /** Days in which goods may come back: points stay pending so long. The club's own number when left out. 0 to 120. */
            return_days?: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** Ledger transaction of the points; null when there were none. */
            tx: string | null;
            /** Ledger transaction of the tier points; null when there were none. */
            tier_tx: string | null;
            /** Points earned. 0 to 1000000000. */
            points: number;
            /** Tier points earned. 0 to 1000000000. */
            tier_points: number;
            /** Whether the points can be spent already. */
            state: "credited" | "pending" | "none";
            /** End of the return window; null: none. RFC 3339, UTC. */
            matures_at: string | null;
            /** From then on the points are expired; null: never. RFC 3339, UTC. */
            expires_at: string | null;
            /** True: this receipt was credited before; nothing was added. */
            duplicate: boolean;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells which rules, amounts, factor and rounding made the points of a transaction. Who: member, agent. Errors: FORBIDDEN, NOT_FOUND. */
    "points.explain": {
        params: {
            /** The ledger transaction. */
            tx: string;
            /** Whose transaction; the caller's own when left out, and for members always. */
            member?: string;
        };
        result: {
            /** The ledger transaction. */
            tx: string;
            /** Its kind. */
            kind: "earn" | "mature" | "hold" | "capture" | "release" | "redeem" | "transfer" | "contribute" | "return_share" | "expire" | "adjust" | "reverse" | "forfeit" | "tier_earn" | "tier_reverse";
            /** The club it came from; null: none. */
            club: string | null;
            /** Points, or tier points, it was about. 1 to 9007199254740991. */
            amount: number;
            /** How many of them were reversed since. 0 to 9007199254740991. */
            reversed: number;
            /** The transaction that it reverses; null: none. */
            reverses: string | null;
            /** How the points came about, those of a reversed purchase too; null: not by a purchase. */
            earn: {
                /** The lines of the receipt. 0 to 50 items. */
                lines: {
                    /** Product category; null: none was named. */
                    category: string | null;
                    /** What was paid for this line. */
                    amount: {
                        /** Amount in minor units. 0 to 1000000000. */
                        minor: number;
                        /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                        cur: string;
                    };
                    /** The rule it took; null: there was none. */
                    rule: string | null;
                    /** Points per minor unit of money, in millionths. 0 to 100000000. */
                    rate_ppm: number;
                }[];
                /** Factor of the tier, in millionths. 0 to 10000000. */
                earn_ppm: number;
                /** What rounding down the sum has cost, in millionths of a point. 0 to 999999. */
                lost_ppm: number;
            } | null;
            /** When it counts from, the purchase say. RFC 3339, UTC. */
            effective_at: string;
            /** When it was posted. RFC 3339, UTC. */
            at: string;
        };
    };
    /** Lets no points leave a member's account; credits go on. Who: moderator, manager. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE. Publishes: account.frozen. */
    "points.freeze": {
        params: {
            /** Whose account. */
            member?: string;
            /** Why; it is kept. 1 to 400 characters. */
            reason: string;
            /** Instead of a member: the family whose pool it is. */
            family?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The member; null: a family's pool. */
            member: string | null;
            /** The family; null: a member's account. */
            family: string | null;
            /** True: no points leave the account. */
            frozen: boolean;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists the entries of a member's accounts, newest first. Who: member, agent. Errors: FORBIDDEN, NOT_FOUND. */
    "points.history": {
        params: {
            /** Whose points; the caller's own when left out, and for members always. */
            member?: string;
            /** Rows at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the newest when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Newest first. 0 to 100 items. */
            entries: {
                /** The entry. */
                entry: string;
                /** Its ledger transaction. */
                tx: string;
                /** Kind of the transaction. */
                kind: "earn" | "mature" | "hold" | "capture" | "release" | "redeem" | "transfer" | "contribute" | "return_share" | "expire" | "adjust" | "reverse" | "forfeit" | "tier_earn" | "tier_reverse";
                /** Which of the caller's accounts. */
                account: "redeemable" | "held" | "pending" | "debt" | "tier";
                /** The club it came from; null: none. */
                club: string | null;
                /** Change of the account. -9007199254740991 to 9007199254740991. */
                amount: number;
                /** The account before. -9007199254740991 to 9007199254740991. */
                before: number;
                /** The account after. -9007199254740991 to 9007199254740991. */
                after: number;
                /** Why. */
                cause: {
                    /** Key of the sentence in the app's own words. 1 to 64 characters. */
                    key: string;
                    /** What goes into the sentence. */
                    params: {
                        /** Kind of principal that caused it: m, s, v or job. 1 to 8 characters. */
                        actor: string;
                        /** Reason given by staff; null: none. 0 to 400 characters. */
                        reason: string | null;
                        /** The other one of a transfer; null when nobody is named. */
                        member: {
                            /** The member. */
                            member?: string;
                            /** The member's handle. 1 to 24 characters. */
                            handle?: string;
                            /** True: a member who has left for good. */
                            former?: boolean;
                        } | null;
                    };
                };
                /** What it refers to; null: nothing. */
                ref: {
                    /** What is referred to: receipt. 1 to 32 characters. */
                    kind: string;
                    /** Its number there. 1 to 64 characters. */
                    id: string;
                } | null;
                /** True: it can still be reversed, wholly or in part. */
                reversible: boolean;
                /** When it counts from, the purchase say. RFC 3339, UTC. */
                effective_at: string;
                /** When it was posted. RFC 3339, UTC. */
                at: string;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Puts points aside for a while, so that nothing else can spend them. Who: member, service:pos, service:booking. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE, LIMIT, INSUFFICIENT_POINTS, POINTS_FROZEN, RESTRICTED. Publishes: points.changed. */
    "points.hold": {
        params: {
            /** Whose points; the caller's own when left out, and for members always. */
            member?: string;
            /** How many. 1 to 9007199254740991. */
            points: number;
            /** How long, at most: 30 minutes for members, 24 hours for services; 10 minutes when left out. 1 to 86400. */
            seconds?: number;
            /** What for; purchase when left out. */
            purpose?: "purchase" | "booking" | "other";
            /** The caller's own number for it. 1 to 64 characters. */
            ref?: string;
            /** Own points, or those of the family's pool if the member may spend them; own when left out. */
            from?: "own" | "family";
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The hold. */
            hold: string;
            /** Its ledger transaction. */
            tx: string;
            /** Points it keeps. 1 to 9007199254740991. */
            points: number;
            /** Points that can still be spent. 0 to 9007199254740991. */
            available: number;
            /** From then on it can only be released. RFC 3339, UTC. */
            expires_at: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells what a purchase would earn. Who: member, service:pos. Errors: FORBIDDEN, NOT_FOUND, NOT_MEMBER, INVALID_STATE, LIMIT. */
    "points.quote_earn": {
        params: {
            /** Who buys; the caller when left out, and for members always. */
            member?: string;
            /** The club whose rules apply. */
            club: string;
            /** The whole receipt. 1 to 50 items. */
            lines: {
                /** Product category; the club's general rule applies when left out. */
                category?: string;
                /** What was paid for this line. */
                amount: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
            }[];
            /** When it is bought; now when left out. RFC 3339, UTC. */
            at?: string;
            /** Days in which goods may come back; the club's own number when left out. 0 to 120. */
            return_days?: number;
        };
        result: {
            /** Points it would earn. 0 to 1000000000. */
            points: number;
            /** Tier points it would earn. 0 to 1000000000. */
            tier_points: number;
            /** Whether the points could be spent at once. */
            state: "credited" | "pending" | "none";
            /** End of the return window; null: none. RFC 3339, UTC. */
            matures_at: string | null;
            /** From then on the points would be expired; null: never. RFC 3339, UTC. */
            expires_at: string | null;
            /** How the points come about. */
            earn: {
                /** The lines of the receipt. 0 to 50 items. */
                lines: {
                    /** Product category; null: none was named. */
                    category: string | null;
                    /** What was paid for this line. */
                    amount: {
                        /** Amount in minor units. 0 to 1000000000. */
                        minor: number;
                        /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                        cur: string;
                    };
                    /** The rule it took; null: there was none. */
                    rule: string | null;
                    /** Points per minor unit of money, in millionths. 0 to 100000000. */
                    rate_ppm: number;
                }[];
                /** Factor of the tier, in millionths. 0 to 10000000. */
                earn_ppm: number;
                /** What rounding down the sum has cost, in millionths of a point. 0 to 999999. */
                lost_ppm: number;
            };
        };
    };
    /** Holds or redeems points of the member whose card and code a till has read; a code is good once. Who: service:pos. Errors: NOT_FOUND, CONFLICT, RATE, INVALID_STATE, INSUFFICIENT_POINTS, POINTS_FROZEN, CODE_INVALID, CODE_USED, CARD_LOCKED. Publishes: points.changed, code.failures, card.changed, notify.added. */
    "points.redeem_code": {
        params: {
            /** Which till of the service; wrong codes are counted by it. 1 to 40 characters. */
            till: string;
            /** Number of the card: the first part of its QR code, `card|step|code`. 16 to 16 characters. */
            card: string;
            /** The code that it shows; the last part. 8 to 8 characters. */
            code: string;
            /** The second part; a code is then good for that step only. 0 to 9007199254740991. */
            step?: number;
            /** Points. 1 to 9007199254740991. */
            amount: number;
            /** Put them aside, to be captured or released, or redeem them at once. */
            mode: "hold" | "redeem";
            /** Number of the receipt, unique for this service for ever. 1 to 64 characters. */
            receipt: string;
            /** The club in whose name the till redeems; points are one purse for all clubs. */
            club: string;
            /** How long a hold lives; 10 minutes when left out. Means nothing when redeeming. 1 to 86400. */
            seconds?: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The ledger transaction. */
            tx: string;
            /** What was done. */
            state: "held" | "redeemed";
            /** The hold; null: redeemed. */
            hold: string | null;
            /** Points. 1 to 9007199254740991. */
            amount: number;
            /** When the hold expires; null: redeemed. RFC 3339, UTC. */
            expires_at: string | null;
            /** True: this receipt was posted before; nothing was taken. */
            duplicate: boolean;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Gives the points of a hold back; a hold is resolved once. Who: member, service:pos, service:booking. Errors: NOT_FOUND, HOLD_RESOLVED. Publishes: points.changed. */
    "points.release": {
        params: {
            /** The hold. */
            hold: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The hold. */
            hold: string;
            /** The ledger transaction; a rest that was released has one of its own. */
            tx: string;
            /** Points spent. 0 to 9007199254740991. */
            captured: number;
            /** Points given back; those that have expired meanwhile end at once. 0 to 9007199254740991. */
            released: number;
            /** Points that can be spent now. 0 to 9007199254740991. */
            available: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes the points of a purchase back, or gives spent ones back; whole or in part. Who: agent, manager, service:pos, service:booking, service:crm. Errors: NOT_FOUND, CONFLICT, INVALID_STATE, LIMIT, ALREADY_REVERSED. Publishes: points.changed. */
    "points.reverse": {
        params: {
            /** The purchase, or the spending, to take back. */
            tx: string;
            /** How many of its points; all that are left when left out. 1 to 9007199254740991. */
            amount?: number;
            /** Of a service: number of the return, unique for this service for ever. 1 to 64 characters. */
            return?: string;
            /** True: the mistake is the club's or its partner's, so spent points that have expired since come back for 30 days. */
            operator?: boolean;
            /** Why; staff must say it. 1 to 400 characters. */
            reason?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The ledger transaction of the reversal. */
            tx: string;
            /** The one that it reverses. */
            reverses: string;
            /** How many of its points. 1 to 9007199254740991. */
            amount: number;
            /** How many of them are not reversed. 0 to 9007199254740991. */
            left: number;
            /** True: this return was posted before; nothing was added. */
            duplicate: boolean;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists the earning rules of a club. Who: manager. Errors: FORBIDDEN. */
    "points.rule_list": {
        params: {
            /** Which club. */
            club: string;
            /** Rules at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the first when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Those that begin last first. 0 to 100 items. */
            rules: {
                /** The rule. */
                rule: string;
                /** Product category; null: all that have no rule of their own. */
                category: string | null;
                /** Points per minor unit of money, in millionths. 0 to 100000000. */
                rate_ppm: number;
                /** Purchases from then on. RFC 3339, UTC. */
                from: string;
                /** Purchases before then; null: without end. RFC 3339, UTC. */
                to: string | null;
                /** Whether it has begun, or is over. */
                state: "coming" | "running" | "over";
                /** True: a line of its category bought now takes it. */
                wins: boolean;
                /** Rises with every change. 1 to 9007199254740991. */
                version: number;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Makes an earning rule, or changes one: of one that has begun only its end. Who: manager. Errors: FORBIDDEN, NOT_FOUND, CONFLICT, INVALID_STATE, LIMIT. */
    "points.rule_set": {
        params: {
            /** Which club. */
            club: string;
            /** The rule to change; a new one when left out: a club has 200 at most, of those not over for a year. */
            rule?: string;
            /** Of a rule to change: the version that the screen showed. 1 to 9007199254740991. */
            base?: number;
            /** Of a new rule: its product category; all that have no rule of their own when left out. */
            category?: string;
            /** Points per minor unit of money, in millionths; as before when left out. 0 to 100000000. */
            rate_ppm?: number;
            /** Purchases from then on; as before, or now, when left out. Not in the past: rules that have begun stay as they are. RFC 3339, UTC. */
            from?: string;
            /** Purchases before then; without end when left out. RFC 3339, UTC. */
            to?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The rule. */
            rule: string;
            /** Product category; null: all that have no rule of their own. */
            category: string | null;
            /** Points per minor unit of money, in millionths. 0 to 100000000. */
            rate_ppm: number;
            /** Purchases from then on. RFC 3339, UTC. */
            from: string;
            /** Purchases before then; null: without end. RFC 3339, UTC. */
            to: string | null;
            /** Whether it has begun, or is over. */
            state: "coming" | "running" | "over";
            /** True: a line of its category bought now takes it. */
            wins: boolean;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells a member's balance, when points expire, and what the next tiers need. Who: member, agent. Errors: FORBIDDEN, NOT_FOUND. */
    "points.summary": {
        params: {
            /** Whose points; the caller's own when left out, and for members always. */
            member?: string;
        };
        result: {
            /** Points that can be spent now. 0 to 9007199254740991. */
            available: number;
            /** Points reserved by holds. 0 to 9007199254740991. */
            held: number;
            /** Points in a return window. 0 to 9007199254740991. */
            pending: number;
            /** Shortfall of a claw-back; the next credits repay it first. -9007199254740991 to 0. */
            debt: number;
            /** Version of the wallet; only rises. 0 to 9007199254740991. */
            ver: number;
            /** True: staff, or an incident, lets no points leave the account. */
            frozen: boolean;
            /** The pool of the member's family; null: none, or a child of it. */
            family: {
                /** The family. */
                family: string;
                /** Points of its pool that can be spent now. 0 to 9007199254740991. */
                available: number;
            } | null;
            /** What expires when, soonest first. 0 to 24 items. */
            ladder: {
                /** Last day on which they can be spent, in the club's time zone. 10 to 10 characters. */
                on: string;
                /** Points that expire after that day. 1 to 9007199254740991. */
                points: number;
            }[];
            /** Points that expire after the days of the ladder. 0 to 9007199254740991. */
            later: number;
            /** Points that do not expire. 0 to 9007199254740991. */
            never: number;
            /** One per club: the tier and what the next one needs. 0 to 50 items. */
            next_tier: {
                /** The club. */
                club: string;
                /** Rank of the present tier. 0 to 1000. */
                rank: number;
                /** Name of the present tier. 1 to 120 characters. */
                name: string;
                /** Tier points that count in the present window. 0 to 9007199254740991. */
                tier_points: number;
                /** Rank of the next tier; null: there is none. 0 to 1000. */
                next_rank: number | null;
                /** Name of the next tier; null: there is none. 1 to 120 characters. */
                next_name: string | null;
                /** Tier points missing for it; null: there is none. 0 to 9007199254740991. */
                missing: number | null;
            }[];
        };
    };
    /** Gives points to another member: in a family at once, else when the other accepts. Who: member. Errors: NOT_FOUND, CONFLICT, INVALID_STATE, LIMIT, INSUFFICIENT_POINTS, POINTS_FROZEN, CLOSED, RESTRICTED. Publishes: notify.added, points.changed, transfer.offered. */
    "points.transfer": {
        params: {
            /** Who gets them. */
            member?: string;
            /** Instead of the number: the handle of who gets them. 1 to 24 characters. */
            handle?: string;
            /** How many points; outside the family 20,000 in 30 days, in three offers in 24 hours. 1 to 9007199254740991. */
            amount: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer; null: given at once, inside a family. */
            hold: string | null;
            /** The ledger transaction of this step. */
            tx: string;
            /** The other side. */
            member: string;
            /** How many points. 1 to 9007199254740991. */
            amount: number;
            /** What became of it. */
            state: "offered" | "accepted" | "declined" | "lapsed";
            /** When the offer lapses; null: there was none. RFC 3339, UTC. */
            expires_at: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes points that another member has offered. Who: member. Errors: NOT_FOUND, INVALID_STATE, LIMIT, HOLD_EXPIRED, HOLD_RESOLVED, RESTRICTED. Publishes: points.changed. */
    "points.transfer_accept": {
        params: {
            /** The offer. */
            hold: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer; null: given at once, inside a family. */
            hold: string | null;
            /** The ledger transaction of this step. */
            tx: string;
            /** The other side. */
            member: string;
            /** How many points. 1 to 9007199254740991. */
            amount: number;
            /** What became of it. */
            state: "offered" | "accepted" | "declined" | "lapsed";
            /** When the offer lapses; null: there was none. RFC 3339, UTC. */
            expires_at: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Turns offered points down, or takes the caller's own offer back. Who: member. Errors: NOT_FOUND, HOLD_RESOLVED. Publishes: points.changed. */
    "points.transfer_decline": {
        params: {
            /** The offer. */
            hold: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer; null: given at once, inside a family. */
            hold: string | null;
            /** The ledger transaction of this step. */
            tx: string;
            /** The other side. */
            member: string;
            /** How many points. 1 to 9007199254740991. */
            amount: number;
            /** What became of it. */
            state: "offered" | "accepted" | "declined" | "lapsed";
            /** When the offer lapses; null: there was none. RFC 3339, UTC. */
            expires_at: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lets points leave a member's account again. Who: moderator, manager. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE. Publishes: account.frozen. */
    "points.unfreeze": {
        params: {
            /** Whose account. */
            member?: string;
            /** Why; it is kept. 1 to 400 characters. */
            reason: string;
            /** Instead of a member: the family whose pool it is. */
            family?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The member; null: a family's pool. */
            member: string | null;
            /** The family; null: a member's account. */
            family: string | null;
            /** True: no points leave the account. */
            frozen: boolean;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** How the caller wants to be told: language, zone, quiet hours, channels per topic. Who: member. */
    "pref.get": {
        params: Record<string, never>;
        result: {
            /** Language of messages. 2 to 2 characters. */
            locale: string;
            /** Time zone, as in Europe/Oslo. 1 to 64 characters. */
            tz: string;
            /** From then on no marketing leaves, HH:MM in that zone. 5 to 5 characters. */
            quiet_from: string;
            /** Until then; the same as quiet_from: no quiet hours. 5 to 5 characters. */
            quiet_to: string;
            /** Channels of service messages; not consents. 0 to 40 items. */
            topics: {
                /** What it is about. 1 to 24 characters. */
                topic: string;
                /** True: one channel beside the app stays on. */
                essential: boolean;
                /** Those that one can choose. 0 to 4 items. */
                channels: {
                    /** The channel. */
                    channel: "inapp" | "push" | "email" | "sms";
                    /** True: the member is told there. */
                    enabled: boolean;
                }[];
            }[];
        };
    };
    /** Changes how the caller wants to be told; what is left out stays. Who: member. Errors: LIMIT. Publishes: pref.changed. */
    "pref.set": {
        params: {
            /** Language of messages. */
            locale?: "en" | "nb" | "ro" | "pt" | "he";
            /** Time zone, as in Europe/Oslo. 1 to 64 characters. */
            tz?: string;
            /** HH:MM in that zone. 5 to 5 characters. */
            quiet_from?: string;
            /** HH:MM in that zone. 5 to 5 characters. */
            quiet_to?: string;
            /** Channels to change. 1 to 120 items. */
            topics?: {
                /** One of the topics of pref.get. 1 to 24 characters. */
                topic: string;
                /** The channel. */
                channel: "inapp" | "push" | "email" | "sms";
                /** Whether to be told there; inapp cannot be switched off. */
                enabled: boolean;
            }[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** Language of messages. 2 to 2 characters. */
            locale: string;
            /** Time zone, as in Europe/Oslo. 1 to 64 characters. */
            tz: string;
            /** From then on no marketing leaves, HH:MM in that zone. 5 to 5 characters. */
            quiet_from: string;
            /** Until then; the same as quiet_from: no quiet hours. 5 to 5 characters. */
            quiet_to: string;
            /** Channels of service messages; not consents. 0 to 40 items. */
            topics: {
                /** What it is about. 1 to 24 characters. */
                topic: string;
                /** True: one channel beside the app stays on. */
                essential: boolean;
                /** Those that one can choose. 0 to 4 items. */
                channels: {
                    /** The channel. */
                    channel: "inapp" | "push" | "email" | "sms";
                    /** True: the member is told there. */
                    enabled: boolean;
                }[];
            }[];
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists who, by role, has read or changed the caller's data, newest first. Who: member. */
    "privacy.access_log": {
        params: {
            /** Rows at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the newest when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Newest first. 0 to 100 items. */
            entries: {
                /** The entry. */
                entry: string;
                /** Who it was, by role. */
                by: {
                    /** Kind of principal. */
                    kind: "staff" | "service" | "member" | "job";
                    /** Roles of a member of staff. 0 to 7 items. */
                    roles: ("agent" | "moderator" | "editor" | "manager" | "analyst" | "privacy" | "admin")[];
                    /** Name of a service; null: none. 1 to 40 characters. */
                    service: string | null;
                };
                /** The method that was called. 1 to 80 characters. */
                action: string;
                /** When. RFC 3339, UTC. */
                at: string;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Lists what was done with one member's data, or by one of the staff, newest first. Who: privacy. Errors: NOT_FOUND. */
    "privacy.audit": {
        params: {
            /** Whose data was touched; either this or staff. */
            member?: string;
            /** Who touched data; either this or member. */
            staff?: string;
            /** Rows at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the newest when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Newest first. 0 to 100 items. */
            entries: {
                /** The entry. */
                entry: string;
                /** Who it was, by role. */
                by: {
                    /** Kind of principal. */
                    kind: "staff" | "service" | "member" | "job";
                    /** Roles of a member of staff. 0 to 7 items. */
                    roles: ("agent" | "moderator" | "editor" | "manager" | "analyst" | "privacy" | "admin")[];
                    /** Name of a service; null: none. 1 to 40 characters. */
                    service: string | null;
                };
                /** The member of staff; null: none. */
                staff: string | null;
                /** The method that was called. 1 to 80 characters. */
                action: string;
                /** Whose data; null: nobody's, or an erased member's. */
                member: string | null;
                /** Ids, numbers and words that go with it. */
                detail: Record<string, unknown>;
                /** When. RFC 3339, UTC. */
                at: string;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Asks for the erasure of the caller's account: after seven days, or at once. Who: member. Needs a fresh proof (session.step_up). Errors: INVALID_STATE, STEP_UP_REQUIRED. Publishes: dsr.changed. */
    "privacy.erase": {
        params: {
            /** What becomes of posts and comments: blanked, or shown as a former member's. */
            content: "delete" | "anonymise";
            /** True: without the seven days to think again. */
            at_once?: boolean;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The request. */
            request: string;
            /** Status of the account. */
            status: "pending" | "active" | "suspended" | "restricted" | "closing";
            /** From then on the account is erased. RFC 3339, UTC. */
            execute_at: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes the wish to be erased back, as long as nothing was done. Who: member. Errors: INVALID_STATE. Publishes: dsr.changed. */
    "privacy.erase_cancel": {
        params: {
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The request; null: there was none. */
            request: string | null;
            /** Status of the account. */
            status: "pending" | "active" | "suspended" | "restricted" | "closing";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells what an erasure would do, before one asks for it. Who: member. */
    "privacy.erase_preview": {
        params: Record<string, never>;
        result: {
            /** Points that would be lost. */
            points: {
                /** Points that can be spent now. 0 to 9007199254740991. */
                available: number;
                /** Points reserved by holds. 0 to 9007199254740991. */
                held: number;
                /** Points in a return window. 0 to 9007199254740991. */
                pending: number;
            };
            /** Clubs that would be left. 0 to 50 items. */
            clubs: {
                /** The club. */
                club: string;
                /** Its name. 1 to 120 characters. */
                name: string;
            }[];
            /** Posts that would be blanked or lose their author. 0 to 9007199254740991. */
            posts: number;
            /** Comments that would be blanked or lose their author. 0 to 9007199254740991. */
            comments: number;
            /** What would be cancelled; travel first, to keep it. 0 to 100 items. */
            reservations: {
                /** A reservation of what has not begun. */
                reservation: string;
                /** What was booked. 1 to 120 characters. */
                title: string;
                /** When it begins. RFC 3339, UTC. */
                starts_at: string;
                /** What the policy gives back of the money, now. */
                refund: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
            }[];
            /** So long one can think again, unless one waives it. 1 to 30. */
            cooling_days: number;
            /** What the law or the books demand to be kept, under a pseudonym. 1 to 10 items. */
            kept: ("points_ledger" | "reservations" | "consent_evidence" | "moderation_decisions" | "delivery_log" | "audit_log")[];
        };
    };
    /** Makes a link to an archive of all that the club holds about the caller. Who: member. Needs a fresh proof (session.step_up). Errors: LIMIT, STEP_UP_REQUIRED. Publishes: dsr.changed. */
    "privacy.export": {
        params: {
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The request. */
            request: string;
            /** Path of the archive on this server, to be fetched without signing in; a secret. 1 to 200 characters. */
            link: string;
            /** Until then the link is good, or until the next one is made. RFC 3339, UTC. */
            expires_at: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Stops the use of the caller's data for all but storage and the contract. Who: member. Errors: INVALID_STATE. Publishes: dsr.changed. */
    "privacy.restrict": {
        params: {
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The request; null: there was none. */
            request: string | null;
            /** Status of the account. */
            status: "pending" | "active" | "suspended" | "restricted" | "closing";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lists the caller's requests about the own data, with their clocks. Who: member. */
    "privacy.status": {
        params: Record<string, never>;
        result: {
            /** Status of the account. */
            status: "pending" | "active" | "suspended" | "restricted" | "closing";
            /** The newest requests, newest first. 0 to 50 items. */
            requests: {
                /** The request. */
                request: string;
                /** What was asked for. */
                kind: "access" | "portability" | "rectify" | "erase" | "restrict" | "object";
                /** Where it stands. */
                state: "received" | "verified" | "executing" | "done" | "refused" | "partly" | "withdrawn";
                /** When it was made. RFC 3339, UTC. */
                at: string;
                /** When it is answered at the latest. RFC 3339, UTC. */
                due_at: string;
                /** True: the time was extended, with notice. */
                extended: boolean;
                /** When it was closed; null: it is open. RFC 3339, UTC. */
                closed_at: string | null;
                /** An erasure: from then on it is carried out; null: no erasure. RFC 3339, UTC. */
                execute_at: string | null;
                /** An erasure: what becomes of posts and comments; null: no erasure. */
                content: "delete" | "anonymise" | null;
            }[];
        };
    };
    /** Lifts the caller's own restriction. Who: member. Errors: INVALID_STATE. Publishes: dsr.changed. */
    "privacy.unrestrict": {
        params: {
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The request; null: there was none. */
            request: string | null;
            /** Status of the account. */
            status: "pending" | "active" | "suspended" | "restricted" | "closing";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Answers what the hub knows the caller by. Who: member. Errors: RESTRICTED. */
    "profile.get": {
        params: Record<string, never>;
        result: {
            /** The member. */
            member: string;
            /** The name in clubs; null: none yet. 3 to 24 characters. */
            handle: string | null;
            /** The real name; null: not told. 1 to 120 characters. */
            name: string | null;
            /** The town; null: not told. 1 to 120 characters. */
            town: string | null;
            /** The address one signs in with; null: none. 3 to 320 characters. */
            email: string | null;
            /** True: a code sent there came back. */
            email_verified: boolean;
            /** The language. 2 to 16 characters. */
            locale: string;
            /** The time zone. 1 to 64 characters. */
            tz: string;
            /** ISO 3166 code; null: not told. 2 to 2 characters. */
            country: string | null;
            /** True: a minor. */
            under_18: boolean;
            /** True: a guardian decides about consent. */
            under_consent_age: boolean;
            /** What one likes. 0 to 50 items. */
            interests: (string)[];
            /** Rises with every change; the next base. 1 to 9007199254740991. */
            version: number;
        };
    };
    /** Changes what is given of the caller's profile and keeps the rest. Who: member. Errors: CONFLICT, AGE_LIMIT, LIMIT, RESTRICTED. Publishes: profile.changed. */
    "profile.set": {
        params: {
            /** The version that the screen showed. 1 to 9007199254740991. */
            base: number;
            /** Letters a-z, digits, _ and . ; once a day at most. 3 to 24 characters. */
            handle?: string;
            /** One line; empty: none. 0 to 120 characters. */
            name?: string;
            /** One line; empty: none. 0 to 120 characters. */
            town?: string;
            /** The language. */
            locale?: "en" | "nb" | "ro" | "pt" | "he";
            /** The time zone, like Europe/Oslo. 1 to 64 characters. */
            tz?: string;
            /** ISO 3166 code; empty: none.  Minors do not change it. 0 to 2 characters. */
            country?: string;
            /** All of them; kept in lower case, each once. 0 to 50 items. */
            interests?: (string)[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The version it has now. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Shows a fellow member as that member allows; to an agent of the club, on the record, more. Who: member, agent. Errors: FORBIDDEN, NOT_FOUND, RESTRICTED. */
    "profile.view": {
        params: {
            /** Whom. */
            member: string;
            /** As seen in which club. */
            club: string;
        };
        result: {
            /** The member. */
            member: string;
            /** The name in clubs; null: none yet. 3 to 24 characters. */
            handle: string | null;
            /** The real name, where the member allows it. 1 to 120 characters. */
            name?: string;
            /** The town, where the member allows it. 1 to 120 characters. */
            town?: string;
            /** The tier, where the member allows it. */
            tier?: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
            };
            /** What one likes; for oneself and for staff. 0 to 50 items. */
            interests?: (string)[];
            /** How the account stands; for staff. */
            status?: "pending" | "active" | "suspended" | "restricted" | "closing";
            /** When the member joined the club; for staff. RFC 3339, UTC. */
            joined_at?: string;
        };
    };
    /** Takes a ticket for the on-sale queue of an offer, from 15 minutes before its public opening on; who has one gets it again. Who: member. Errors: NOT_FOUND, INVALID_STATE, NOT_OPEN_YET, LIMIT, CLOSED, RESTRICTED. Publishes: queue.position. */
    "queue.join": {
        params: {
            /** The offer. */
            offer: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** The ticket. */
            ticket: string;
            /** True: drawn with those who came before the public opening. */
            early: boolean;
            /** Where it stands; expired: not used in time, or not to be used any more. */
            state: "queued" | "admitted" | "used" | "expired" | "left";
            /** How many have their turn until this one has, itself included; it never grows.  Null before the draw, and of a ticket that does not wait. 1 to 9007199254740991. */
            position: number | null;
            /** Seconds until then at the rate that is measured, rounded up to 30; null: not known. 0 to 86400. */
            estimate_s: number | null;
            /** Until then it is good for reservation.hold; null unless admitted. RFC 3339, UTC. */
            admitted_until: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Gives the caller's ticket for an offer up. Who: member. Errors: NOT_FOUND. Publishes: queue.position. */
    "queue.leave": {
        params: {
            /** The offer. */
            offer: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** The ticket. */
            ticket: string;
            /** Left. */
            state: "queued" | "admitted" | "used" | "expired" | "left";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** What anybody needs to work the order of the early tickets out again. Who: guest, member. Errors: NOT_FOUND, INVALID_STATE. */
    "queue.proof": {
        params: {
            /** The offer. */
            offer: string;
            /** Tickets at most; 1000 when left out. 1 to 4000. */
            limit?: number;
            /** Continues after an earlier page. 1 to 32 characters. */
            cursor?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
            seed_hash: string;
            /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
            sealed_at: string | null;
            /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
            count: number | null;
            /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
            sha256: string | null;
            /** The seed; null: not yet drawn. 64 to 64 characters. */
            seed: string | null;
            /** The sealed list, ascending. Its order in the queue: ascending HMAC-SHA256(seed, number in decimal). 0 to 4000 items. */
            early: (string)[];
            /** For the next page; null: this is the last. 1 to 32 characters. */
            cursor: string | null;
        };
    };
    /** Where the queue of an offer stands, and the caller in it. Who: member. Errors: NOT_FOUND, INVALID_STATE. */
    "queue.status": {
        params: {
            /** The offer. */
            offer: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
            seed_hash: string;
            /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
            sealed_at: string | null;
            /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
            count: number | null;
            /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
            sha256: string | null;
            /** The seed; null: not yet drawn. 64 to 64 characters. */
            seed: string | null;
            /** From then on one may join. RFC 3339, UTC. */
            joins_from: string;
            /** How many are admitted per second, at most. 1 to 1000. */
            rate: number;
            /** The public opening. RFC 3339, UTC. */
            opens_at: string;
            /** When the draw was made; null: not yet. RFC 3339, UTC. */
            opened_at: string | null;
            /** The caller's latest ticket; null: none. */
            ticket: {
                /** The offer. */
                offer: string;
                /** The ticket. */
                ticket: string;
                /** True: drawn with those who came before the public opening. */
                early: boolean;
                /** Where it stands; expired: not used in time, or not to be used any more. */
                state: "queued" | "admitted" | "used" | "expired" | "left";
                /** How many have their turn until this one has, itself included; it never grows.  Null before the draw, and of a ticket that does not wait. 1 to 9007199254740991. */
                position: number | null;
                /** Seconds until then at the rate that is measured, rounded up to 30; null: not known. 0 to 86400. */
                estimate_s: number | null;
                /** Until then it is good for reservation.hold; null unless admitted. RFC 3339, UTC. */
                admitted_until: string | null;
            } | null;
        };
    };
    /** Tells what became of a refund that was taken. Who: service:booking. Errors: NOT_FOUND, INVALID_STATE. Publishes: case.changed, resv.changed. */
    "refund.done": {
        params: {
            /** The refund. */
            refund: string;
            /** What became of it; of one that failed somebody has to take care. */
            state: "done" | "failed";
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The refund. */
            refund: string;
            /** Where it stands now. */
            state: "done" | "failed";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes refunds that are due, under a lease of 60 seconds, five times at most. Who: service:booking. Publishes: case.changed. */
    "refund.take": {
        params: {
            /** Refunds at most; 20 when left out. 1 to 100. */
            limit?: number;
        };
        result: {
            /** The oldest first. 0 to 100 items. */
            refunds: {
                /** The refund, for refund.done; give its number along with the money, so that it goes once. */
                refund: string;
                /** What it is for. */
                reservation: string;
                /** What goes back. */
                amount: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** The payment it goes back to. 1 to 64 characters. */
                payment_ref: string;
                /** Until then refund.done is awaited. RFC 3339, UTC. */
                lease_until: string;
            }[];
            /** True: call again at once. */
            more: boolean;
        };
    };
    /** Takes the seat that the caller was named for; until then nobody sees the name. Who: member. Errors: NOT_FOUND, GUARDIAN_REQUIRED, NOT_MEMBER, INVALID_STATE, CLOSED, RESTRICTED. Publishes: resv.changed. */
    "reservation.accept_seat": {
        params: {
            /** The reservation. */
            reservation: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** The seat's number in it. 1 to 6000. */
            seat: number;
            /** Whether somebody is named for it, and has accepted. */
            state: "unnamed" | "invited" | "accepted" | "declined";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Cancels a confirmed reservation, or whole units of it, before the start; what comes back is what the policy of the offer says. Who: member, agent. Errors: FORBIDDEN, NOT_FOUND, CONFLICT, INVALID_STATE, CLOSED. Publishes: resv.changed, resv.invited, points.changed, offer.availability, waitlist.offered, waitlist.changed, notify.added. */
    "reservation.cancel": {
        params: {
            /** The reservation. */
            reservation: string;
            /** Which seats, whole units of them; all when left out. 1 to 600 items. */
            seats?: (number)[];
            /** The version that was looked at; another one now: CONFLICT. 1 to 9007199254740991. */
            base?: number;
            /** Why; staff must say it. 1 to 400 characters. */
            reason?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** The seats that are meant. 1 to 6000 items. */
            seats: (number)[];
            /** True: no seat is left. */
            whole: boolean;
            /** What the policy gives back now of the price of each seat, in millionths. 0 to 1000000. */
            refund_ppm: number;
            /** Money that goes back. */
            refund: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Points that go back to the lots they came from. 0 to 9007199254740991. */
            points: number;
            /** The reservation's state now. */
            state: "confirmed" | "cancelled";
            /** Its version now. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** What reservation.cancel would give back now. Who: member, agent. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE, CLOSED. */
    "reservation.cancel_preview": {
        params: {
            /** The reservation. */
            reservation: string;
            /** Which seats, whole units of them; all when left out. 1 to 600 items. */
            seats?: (number)[];
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** The seats that are meant. 1 to 6000 items. */
            seats: (number)[];
            /** True: no seat is left. */
            whole: boolean;
            /** What the policy gives back now of the price of each seat, in millionths. 0 to 1000000. */
            refund_ppm: number;
            /** Money that goes back. */
            refund: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Points that go back to the lots they came from. 0 to 9007199254740991. */
            points: number;
            /** Until then the policy gives back so much. RFC 3339, UTC. */
            until: string;
            /** Of the reservation; reservation.cancel takes it as base. 1 to 9007199254740991. */
            version: number;
        };
    };
    /** Lets in seats of a reservation by its code or by the card of one of its members; the same seat again is answered the same. Who: agent, service:pos. Errors: FORBIDDEN, NOT_FOUND, RATE, INVALID_STATE, CODE_INVALID, CODE_USED, CARD_LOCKED. Publishes: resv.changed, resv.invited, code.failures, card.changed, notify.added. */
    "reservation.check_in": {
        params: {
            /** Which reservation. */
            reservation?: string;
            /** With a card, instead of the reservation: that of the card's member for this offer. */
            offer?: string;
            /** The code of the reservation, or of the card; agents need none without a card. 6 to 8 characters. */
            code?: string;
            /** Number of a card, when it is one that was read. 16 to 16 characters. */
            card?: string;
            /** The step that the card's QR code names. 0 to 9007199254740991. */
            step?: number;
            /** Which seats. When left out: those of the card's member, or all where the code is the reservation's or the card the organiser's. 1 to 100 items. */
            seats?: (number)[];
            /** Which till; wrong codes are counted by it. 1 to 40 characters. */
            till?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** Its offer. */
            offer: string;
            /** Somebody is in. */
            state: "checked_in";
            /** How many were let in now; 0: all were in before. 0 to 1000. */
            checked_in: number;
            /** The seats that were meant. 1 to 1000 items. */
            seats: {
                /** Number of the seat. 1 to 1000. */
                seat: number;
                /** Its class. */
                class: string;
                /** Which unit of the class. 1 to 1000. */
                unit: number;
                /** Where it stands. */
                state: "unnamed" | "invited" | "accepted" | "declined" | "checked_in" | "no_show" | "cancelled";
                /** Since when; null: agreed on later. RFC 3339, UTC. */
                checked_in_at: string | null;
            }[];
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells the code that lets in the seats of a reservation of the caller, as it is now. Who: member. Errors: NOT_FOUND, INVALID_STATE. */
    "reservation.code": {
        params: {
            /** Which reservation. */
            reservation: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** The code as it is now. 6 to 6 characters. */
            code: string;
            /** What its QR code says: `clubhub:r:reservation:code`. 6 to 40 characters. */
            text: string;
            /** Seconds after which there is another. 30 to 30. */
            period_s: number;
            /** When there is another; this one is good for a step more. RFC 3339, UTC. */
            next_at: string;
            /** The clock that it goes by. RFC 3339, UTC. */
            server_time: string;
        };
    };
    /** Makes a booking of a hold: members where no money is due, else the service that was paid, which is never told that it is too late. Who: member, service:booking. Errors: NOT_FOUND, NOT_MEMBER, INVALID_STATE, PAYMENT_REF_USED, HOLD_EXPIRED, HOLD_RESOLVED, CLOSED, RESTRICTED. Publishes: case.changed, plan.changed, plan.threshold, notify.added, offer.availability, points.changed, resv.changed, waitlist.offered. */
    "reservation.confirm": {
        params: {
            /** The reservation. */
            reservation: string;
            /** Services: the number of the payment, unique for ever; its answer never changes. 1 to 64 characters. */
            payment_ref?: string;
            /** Services: what was paid; what was due when left out. Another sum than was due goes back. */
            amount?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** Confirmed; confirmed_late: the hold was over and its seats still free; refunded: the money goes back. */
            outcome: "confirmed" | "confirmed_late" | "refunded";
            /** Where the reservation stood then. */
            state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
            /** What was paid; members: left out. */
            amount?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Why it was refunded: paid before, released or cancelled before, the offer was cancelled, another sum than was due, too late and the offer has begun, the seats are sold or the points are spent, the member is gone. */
            reason?: "paid" | "released" | "cancelled" | "offer_cancelled" | "amount" | "begun" | "sold_out" | "points" | "gone";
            /** The refund; see refund.take. */
            refund?: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Says no to a seat, also after accepting it; answered when nobody sees the name any more. Who: member. Errors: NOT_FOUND, INVALID_STATE, CLOSED. Publishes: resv.changed. */
    "reservation.decline_seat": {
        params: {
            /** The reservation. */
            reservation: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** The seat's number in it. 1 to 6000. */
            seat: number;
            /** Whether somebody is named for it, and has accepted. */
            state: "unnamed" | "invited" | "accepted" | "declined";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Says that nobody should be blamed for a no-show, within 14 days; an agent decides. Who: member. Errors: NOT_FOUND, INVALID_STATE, CLOSED. Publishes: strike.changed, case.changed. */
    "reservation.dispute": {
        params: {
            /** Which reservation. */
            reservation: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** The strike, which counts until it is waived. */
            strike: "disputed";
            /** When it will be decided at the latest. RFC 3339, UTC. */
            due_at: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Decides about a no-show that is disputed. Who: agent. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE. Publishes: strike.changed, resv.changed, notify.added, case.changed. */
    "reservation.dispute_decide": {
        params: {
            /** Which reservation. */
            reservation: string;
            /** waived takes the strike away, upheld leaves it. */
            outcome: "waived" | "upheld";
            /** Why; kept in the access log. 1 to 400 characters. */
            reason: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** What became of the strike. */
            strike: "waived" | "upheld";
            /** What became of the reservation. */
            state: "no_show" | "completed";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Five more minutes for a hold whose payment has begun, once. Who: member. Errors: NOT_FOUND, INVALID_STATE, LIMIT, HOLD_RESOLVED, RESTRICTED. Publishes: resv.changed. */
    "reservation.extend": {
        params: {
            /** The reservation. */
            reservation: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** Its state now. */
            state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
            /** When a hold ends; null: it is none. RFC 3339, UTC. */
            expires_at: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** A reservation: all of it to its organiser, their part to its party. Who: member, agent. Errors: FORBIDDEN, NOT_FOUND. */
    "reservation.get": {
        params: {
            /** The reservation. */
            reservation: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Title of the offer. 1 to 120 characters. */
            title: string;
            /** Who sells it. 1 to 120 characters. */
            organiser_name: string;
            /** When the offer begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** Who made the reservation. */
            by: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** True: a member who has left for good. */
                former?: boolean;
            };
            /** Its state now. */
            state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
            /** Persons in all. 0 to 6000. */
            persons: number;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** A row per seat once it is confirmed: all to the organiser; those accepted to who has accepted one; the own to who is invited. 0 to 6000 items. */
            party: {
                /** Its number in the reservation. 1 to 6000. */
                seat: number;
                /** Its class. */
                class: string;
                /** Its unit among those of the class. 1 to 50. */
                unit: number;
                /** Whether somebody is named for it, and has accepted. */
                state: "unnamed" | "invited" | "accepted" | "declined" | "checked_in" | "no_show" | "cancelled";
                /** The member named for it. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string | null;
                /** True: somebody who has left for good. */
                former?: boolean;
                /** Somebody else, to the organiser. 1 to 60 characters. */
                guest?: string;
                /** Its share of the price, to the organiser. */
                price?: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Its share in points, to the organiser. 0 to 9007199254740991. */
                price_points?: number;
            }[];
            /** The plan that it is part of, to the organiser and who has joined the plan. */
            plan?: string;
            /** How it was made, to the organiser. */
            source?: "direct" | "waitlist" | "staff";
            /** When a hold ends, to the organiser. RFC 3339, UTC. */
            expires_at?: string | null;
            /** True: a hold has been extended, to the organiser. */
            extended?: boolean;
            /** What is reserved, to the organiser. 1 to 10 items. */
            items?: {
                /** The class. */
                class: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** Units; 0: all of them were cancelled. 0 to 50. */
                qty: number;
                /** How many of them are paid in points. 0 to 50. */
                points_qty: number;
                /** Price of a unit in money, before the discount. */
                unit: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Price of a unit in points. 1 to 9007199254740991. */
                unit_points: number | null;
                /** Persons that a unit seats. 1 to 12. */
                persons: number;
            }[];
            /** The discount, in millionths, to the organiser. 0 to 1000000. */
            discount_ppm?: number;
            /** What it costs in money, to the organiser. */
            total?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** What it costs in points, to the organiser. 0 to 9007199254740991. */
            points?: number;
            /** Money paid, to the organiser. */
            paid?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Money given back, to the organiser. */
            refunded?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** When it was made, to the organiser. RFC 3339, UTC. */
            created_at?: string;
        };
    };
    /** Holds seats of an offer for a while, all that is asked for or nothing. Who: member, agent. Errors: FORBIDDEN, NOT_FOUND, SOLD_OUT, GUARDIAN_REQUIRED, NOT_MEMBER, INVALID_STATE, NOT_OPEN_YET, QUEUE, LIMIT, INSUFFICIENT_POINTS, POINTS_FROZEN, CLOSED, RESTRICTED. Publishes: resv.changed, points.changed, offer.availability, waitlist.offered, waitlist.changed, notify.added. */
    "reservation.hold": {
        params: {
            /** The offer. */
            offer: string;
            /** Classes and their units. 1 to 10 items. */
            items: {
                /** The class. */
                class: string;
                /** Units of it. 1 to 50. */
                qty: number;
            }[];
            /** Which of these units are paid in points. 0 to 10 items. */
            points?: {
                /** The class. */
                class: string;
                /** Units of it. 1 to 50. */
                qty: number;
            }[];
            /** Who gets which seats, as far as it is known; names can follow. 0 to 100 items. */
            party?: {
                /** One of the classes held. */
                class: string;
                /** Who gets a seat of it: a member of the club, who is asked. */
                member?: string;
                /** Or somebody else, in the caller's words. 1 to 60 characters. */
                guest?: string;
            }[];
            /** For whom; only agents name one, and must. */
            member?: string;
            /** The plan that the seats are part of: the member has joined it, not as a viewer, and the offer is on it. */
            plan?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** held. */
            state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
            /** From then on the seats are free again. RFC 3339, UTC. */
            expires_at: string;
            /** How to pay. */
            pay: {
                /** What is due in money. */
                amount: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** What the payment must carry. 1 to 64 characters. */
                reference: string;
            };
            /** Persons in all. 1 to 6000. */
            persons: number;
            /** The discount of the party, in millionths. 0 to 1000000. */
            discount_ppm: number;
            /** What it costs in money. */
            total: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Points put aside for it. 0 to 9007199254740991. */
            points: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** The member's reservations, and those of others with a seat for the member. Who: member, agent. Errors: FORBIDDEN, NOT_FOUND. */
    "reservation.list": {
        params: {
            /** Whose; the caller's own when left out, and for members always. */
            member?: string;
            /** True: those held, confirmed or checked in; false: the others; all when left out. */
            live?: boolean;
            /** Rows at most; 20 when left out. 1 to 50. */
            limit?: number;
            /** Where the page before ended. 1 to 18 characters. */
            cursor?: string;
        };
        result: {
            /** Newest first. 0 to 50 items. */
            reservations: {
                /** The reservation. */
                reservation: string;
                /** The offer. */
                offer: string;
                /** Its club. */
                club: string;
                /** Title of the offer. 1 to 120 characters. */
                title: string;
                /** Who sells it. 1 to 120 characters. */
                organiser_name: string;
                /** When the offer begins. RFC 3339, UTC. */
                starts_at: string;
                /** When it ends. RFC 3339, UTC. */
                ends_at: string;
                /** Who made the reservation. */
                by: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** True: a member who has left for good. */
                    former?: boolean;
                };
                /** Its state now. */
                state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
                /** Persons in all. 0 to 6000. */
                persons: number;
                /** Rises with every change. 1 to 9007199254740991. */
                version: number;
                /** A row per seat once it is confirmed: all to the organiser; those accepted to who has accepted one; the own to who is invited. 0 to 6000 items. */
                party: {
                    /** Its number in the reservation. 1 to 6000. */
                    seat: number;
                    /** Its class. */
                    class: string;
                    /** Its unit among those of the class. 1 to 50. */
                    unit: number;
                    /** Whether somebody is named for it, and has accepted. */
                    state: "unnamed" | "invited" | "accepted" | "declined" | "checked_in" | "no_show" | "cancelled";
                    /** The member named for it. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string | null;
                    /** True: somebody who has left for good. */
                    former?: boolean;
                    /** Somebody else, to the organiser. 1 to 60 characters. */
                    guest?: string;
                    /** Its share of the price, to the organiser. */
                    price?: {
                        /** Amount in minor units. 0 to 1000000000. */
                        minor: number;
                        /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                        cur: string;
                    };
                    /** Its share in points, to the organiser. 0 to 9007199254740991. */
                    price_points?: number;
                }[];
                /** The plan that it is part of, to the organiser and who has joined the plan. */
                plan?: string;
                /** How it was made, to the organiser. */
                source?: "direct" | "waitlist" | "staff";
                /** When a hold ends, to the organiser. RFC 3339, UTC. */
                expires_at?: string | null;
                /** True: a hold has been extended, to the organiser. */
                extended?: boolean;
                /** What is reserved, to the organiser. 1 to 10 items. */
                items?: {
                    /** The class. */
                    class: string;
                    /** Its title. 1 to 120 characters. */
                    title: string;
                    /** Units; 0: all of them were cancelled. 0 to 50. */
                    qty: number;
                    /** How many of them are paid in points. 0 to 50. */
                    points_qty: number;
                    /** Price of a unit in money, before the discount. */
                    unit: {
                        /** Amount in minor units. 0 to 1000000000. */
                        minor: number;
                        /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                        cur: string;
                    };
                    /** Price of a unit in points. 1 to 9007199254740991. */
                    unit_points: number | null;
                    /** Persons that a unit seats. 1 to 12. */
                    persons: number;
                }[];
                /** The discount, in millionths, to the organiser. 0 to 1000000. */
                discount_ppm?: number;
                /** What it costs in money, to the organiser. */
                total?: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** What it costs in points, to the organiser. 0 to 9007199254740991. */
                points?: number;
                /** Money paid, to the organiser. */
                paid?: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Money given back, to the organiser. */
                refunded?: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** When it was made, to the organiser. RFC 3339, UTC. */
                created_at?: string;
            }[];
            /** For the next page; null: this is the last. 1 to 18 characters. */
            cursor: string | null;
        };
    };
    /** Says who sits on a seat of the caller's reservation, until the deadline of the offer; a member is asked and has to accept. Who: member. Errors: NOT_FOUND, INVALID_STATE, LIMIT, CLOSED, RESTRICTED. Publishes: resv.changed, resv.invited, notify.added. */
    "reservation.name_seat": {
        params: {
            /** The caller's reservation. */
            reservation: string;
            /** The seat's number in it. 1 to 6000. */
            seat: number;
            /** A member of the club, who is asked. */
            member?: string;
            /** The same, by handle. 3 to 24 characters. */
            handle?: string;
            /** Somebody else, in the caller's words; nobody when all three are left out. 1 to 60 characters. */
            guest?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** The seat's number in it. 1 to 6000. */
            seat: number;
            /** Whether somebody is named for it, and has accepted. */
            state: "unnamed" | "invited" | "accepted" | "declined";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Says that nobody came for a reservation; two hours after the start the hub does. Who: agent. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE. Publishes: resv.changed, resv.invited, strike.added, notify.added. */
    "reservation.no_show": {
        params: {
            /** Which reservation. */
            reservation: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** Nobody came. */
            state: "no_show";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Says that the payment of a hold has begun, so that it may be extended once. Who: service:booking. Errors: NOT_FOUND, HOLD_RESOLVED. Publishes: resv.changed. */
    "reservation.payment_started": {
        params: {
            /** The reservation. */
            reservation: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** Its state now. */
            state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
            /** When a hold ends; null: it is none. RFC 3339, UTC. */
            expires_at: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** What a party would cost the member, in money and points; holds nothing. Who: member. Errors: NOT_FOUND, RESTRICTED. */
    "reservation.quote": {
        params: {
            /** The offer. */
            offer: string;
            /** Classes and their units. 1 to 10 items. */
            items: {
                /** The class. */
                class: string;
                /** Units of it. 1 to 50. */
                qty: number;
            }[];
            /** Which of these units are paid in points. 0 to 10 items. */
            points?: {
                /** The class. */
                class: string;
                /** Units of it. 1 to 50. */
                qty: number;
            }[];
        };
        result: {
            /** The offer. */
            offer: string;
            /** The items, with their prices. 1 to 10 items. */
            items: {
                /** The class. */
                class: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** Units; 0: all of them were cancelled. 0 to 50. */
                qty: number;
                /** How many of them are paid in points. 0 to 50. */
                points_qty: number;
                /** Price of a unit in money, before the discount. */
                unit: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Price of a unit in points. 1 to 9007199254740991. */
                unit_points: number | null;
                /** Persons that a unit seats. 1 to 12. */
                persons: number;
            }[];
            /** Persons in all. 1 to 6000. */
            persons: number;
            /** What is due in money before the discount. */
            list: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** The discount of the party, in millionths. 0 to 1000000. */
            discount_ppm: number;
            /** What is due in money. */
            total: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** What is due in points. 0 to 9007199254740991. */
            points: number;
            /** What all units would cost in points; null: not all can be paid so. 1 to 9007199254740991. */
            all_in_points: number | null;
            /** The next price step of a larger party; null: none. */
            next_step: {
                /** From so many persons on. 1 to 6000. */
                min_party: number;
                /** Its discount, in millionths. 0 to 1000000. */
                discount_ppm: number;
            } | null;
            /** What a cancellation gives back. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours or more before the start. 0 to 100000. */
                hours_before: number;
                /** So much is given back, in millionths. 0 to 1000000. */
                refund_ppm: number;
            }[];
        };
    };
    /** Gives a hold up: its seats are free at once, its points the member's again. Who: member, agent. Errors: FORBIDDEN, NOT_FOUND, HOLD_RESOLVED. Publishes: resv.changed, points.changed, offer.availability, waitlist.offered, waitlist.changed, notify.added. */
    "reservation.release": {
        params: {
            /** The reservation. */
            reservation: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** Its state now. */
            state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
            /** When a hold ends; null: it is none. RFC 3339, UTC. */
            expires_at: string | null;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** What the caller needs on a trip, for those who run it; only with the consent special.access for its offer, and deleted 30 days after the end. Who: member. Errors: NOT_FOUND, CONSENT_REQUIRED, INVALID_STATE, CLOSED, RESTRICTED. */
    "reservation.set_needs": {
        params: {
            /** The reservation. */
            reservation: string;
            /** The caller's seat in it. 1 to 6000. */
            seat: number;
            /** What is needed of diet, access or health; takes it back when left out. 1 to 1000 characters. */
            text?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** The caller's seat in it. 1 to 6000. */
            seat: number;
            /** True: something is said. */
            needs: boolean;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Tells what became of a message that was taken. Who: service:mailer. Errors: NOT_FOUND, INVALID_STATE. */
    "send.result": {
        params: {
            /** The message. */
            job: string;
            /** What became of it; bounced and complaint keep its addresses from further ones. */
            outcome: "sent" | "bounced" | "complaint";
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The message. */
            job: string;
            /** Where it stands now. */
            state: "sent" | "bounced" | "complaint";
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes messages that are due, with addresses and words, under a lease of 60 seconds. Who: service:mailer. */
    "send.take": {
        params: {
            /** Messages at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** Only these channels; all when left out. 1 to 4 items. */
            channels?: ("push" | "email" | "sms" | "phone")[];
        };
        result: {
            /** Codes first, then service, then marketing. 0 to 100 items. */
            jobs: {
                /** The message, for send.result. */
                job: string;
                /** How it goes. */
                channel: "push" | "email" | "sms" | "phone";
                /** What kind of message it is. 1 to 40 characters. */
                template: string;
                /** Whom it is for; left out: somebody who is no member. */
                member?: string;
                /** Where to; of several each gets it. 1 to 20 items. */
                to: (string)[];
                /** Language of the words. 2 to 2 characters. */
                locale: string;
                /** One line. 1 to 1000 characters. */
                subject: string;
                /** Plain text. 1 to 20000 characters. */
                body: string;
                /** The code that is in it. 8 to 8 characters. */
                code?: string;
                /** The link that is in it. 1 to 2048 characters. */
                link?: string;
                /** For the headers List-Unsubscribe and List-Unsubscribe-Post of marketing and surveys. 1 to 2048 characters. */
                unsubscribe?: string;
                /** Until then send.result is awaited. RFC 3339, UTC. */
                lease_until: string;
            }[];
            /** True: call again at once. */
            more: boolean;
        };
    };
    /** Signs this connection in with an access token. Who: guest, member, agent, moderator, editor, manager, analyst, privacy, admin, service:pos, service:booking, service:crm, service:mailer, service:partner, service:ops. Errors: UNAUTHENTICATED, INVALID_STATE. */
    "session.auth": {
        params: {
            /** An access token. 1 to 8192 characters. */
            token: string;
        };
        result: {
            /** Who signed in. */
            principal: {
                /** What it is. */
                kind: "member" | "staff" | "service";
                /** Of a member or of staff. */
                id?: string;
                /** Of a member; null: none yet. 1 to 24 characters. */
                handle?: string | null;
                /** State of a member. 1 to 24 characters. */
                status?: string;
                /** Of staff. 1 to 254 characters. */
                login?: string;
                /** Of staff. 0 to 16 items. */
                roles?: (string)[];
                /** Of staff. 0 to 1000 items. */
                clubs?: (string)[];
                /** Of a service. 1 to 64 characters. */
                name?: string;
                /** Of a service. 0 to 16 items. */
                scopes?: (string)[];
            };
            /** Clubs of the principal. 0 to 1000 items. */
            clubs: {
                /** The club. */
                club: string;
                /** Its name in addresses. 1 to 120 characters. */
                slug: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** State of the membership; members only. 1 to 24 characters. */
                status?: string;
                /** The caller's tier; members only. */
                tier?: {
                    /** Higher is better. 0 to 1000. */
                    rank: number;
                    /** Its name. 1 to 120 characters. */
                    name: string;
                };
            }[];
            /** Streams it may subscribe to. 0 to 2000 items. */
            streams: (string)[];
            /** Version of the member's consents; else 0. 0 to 9007199254740991. */
            consent_epoch: number;
            /** The server's clock. RFC 3339, UTC. */
            server_time: string;
            /** Limits of this session. */
            limits: {
                /** Calls at once; above: BUSY. 1 to 9007199254740991. */
                calls_in_flight: number;
                /** Calls per second; above: RATE. 1 to 9007199254740991. */
                calls_per_s: number;
                /** Streams at once. 1 to 9007199254740991. */
                subscriptions: number;
                /** Longest message; above: closed 1009. 1 to 9007199254740991. */
                message_bytes: number;
            };
            /** Lineage of the database; a stream position belongs to it. 1 to 64 characters. */
            epoch: string;
        };
    };
    /** Replaces the token of this connection by a newer one of the same principal. Who: member, agent, moderator, editor, manager, analyst, privacy, admin. Errors: UNAUTHENTICATED, FORBIDDEN, INVALID_STATE. */
    "session.refresh": {
        params: {
            /** An access token. 1 to 8192 characters. */
            token: string;
        };
        result: {
            /** Seconds for which the new token is good. 0 to 86400. */
            expires_in_s: number;
        };
    };
    /** Proves the password again, for calls that need a fresh proof. Who: member, agent, moderator, editor, manager, analyst, privacy, admin. Errors: CODE_INVALID, RATE, INVALID_STATE, CLOSED. Publishes: code.failures. */
    "session.step_up": {
        params: {
            /** The password, again. 1 to 512 characters. */
            password: string;
        };
        result: {
            /** Seconds for which sensitive calls go through. 1 to 3600. */
            valid_for_s: number;
        };
    };
    /** Makes a ticket that signs one more WebSocket in, for browsers, which cannot set headers. Who: member, agent, moderator, editor, manager, analyst, privacy, admin. Errors: RATE. */
    "session.ticket": {
        params: Record<string, never>;
        result: {
            /** For `GET /v1?ticket=…`; good once. 43 to 43 characters. */
            ticket: string;
            /** Seconds for which it is good. 1 to 3600. */
            expires_in_s: number;
        };
    };
    /** Begins a stream with a snapshot, or resumes it after a known seq. Who: member, agent, moderator, editor, manager, analyst, privacy, admin. Errors: NOT_FOUND, LIMIT, INVALID_STATE. */
    "stream.subscribe": {
        params: {
            /** One of the streams of session.auth. 1 to 64 characters. */
            stream: string;
            /** The last seq the client has; a snapshot when left out. 0 to 9007199254740991. */
            after?: number;
            /** The lineage that seq belongs to. 1 to 64 characters. */
            epoch?: string;
        };
        result: {
            /** The stream, by its name on the wire. 1 to 64 characters. */
            stream: string;
            /** Lineage of the database. 1 to 64 characters. */
            epoch: string;
            /** Covered up to here; live events start at the next. 0 to 9007199254740991. */
            seq: number;
            /** True: events cover everything after the given seq, seqs not in it are skipped ones; false: take the snapshot. */
            recovered: boolean;
            /** What was missed, ascending. 0 to 10000 items. */
            events?: {
                /** The stream, by its name on the wire. 1 to 64 characters. */
                stream: string;
                /** Its number in the stream; without gaps. 1 to 9007199254740991. */
                seq: number;
                /** Which event. 1 to 64 characters. */
                type: string;
                /** When it happened. RFC 3339, UTC. */
                at: string;
                /** Who did it; left out or null when nobody is named. */
                actor?: {
                    /** The member. */
                    member?: string;
                    /** The member's handle. 1 to 24 characters. */
                    handle?: string;
                    /** True: a member who has left for good. */
                    former?: boolean;
                    /** True: staff of the club. */
                    staff?: boolean;
                } | null;
                /** The event's refs, and its view where that may be shown. */
                data: Record<string, unknown>;
                /** The consent it needed; see consent.receipt. */
                basis?: {
                    /** The purpose, as in consent.catalog. 1 to 64 characters. */
                    purpose: string;
                    /** Id of its club or category; 0 when it has none. 1 to 20 characters. */
                    scope: string;
                    /** Always inapp here. 1 to 16 characters. */
                    channel: string;
                };
            }[];
            /** The state as of seq; see streams. */
            snapshot?: unknown;
        };
    };
    /** Begins or resumes several streams at once; each succeeds or fails by itself. Who: member, agent, moderator, editor, manager, analyst, privacy, admin. Errors: NOT_FOUND, LIMIT, INVALID_STATE. */
    "stream.subscribe_many": {
        params: {
            /** What stream.subscribe takes, for each. 1 to 50 items. */
            streams: {
                /** One of the streams of session.auth. 1 to 64 characters. */
                stream: string;
                /** The last seq the client has; a snapshot when left out. 0 to 9007199254740991. */
                after?: number;
                /** The lineage that seq belongs to. 1 to 64 characters. */
                epoch?: string;
            }[];
        };
        result: {
            /** One for each asked for, in that order. 1 to 50 items. */
            streams: {
                /** The stream, by its name on the wire. 1 to 64 characters. */
                stream: string;
                /** Why it could not be; nothing else is there then. */
                error?: {
                    /** As in errors. -32768 to 9999. */
                    code: number;
                    /** As in errors. 1 to 64 characters. */
                    reason: string;
                };
                /** As in stream.subscribe. 1 to 64 characters. */
                epoch?: string;
                /** As in stream.subscribe. 0 to 9007199254740991. */
                seq?: number;
                /** As in stream.subscribe. */
                recovered?: boolean;
                /** As in stream.subscribe. 0 to 10000 items. */
                events?: {
                    /** The stream, by its name on the wire. 1 to 64 characters. */
                    stream: string;
                    /** Its number in the stream; without gaps. 1 to 9007199254740991. */
                    seq: number;
                    /** Which event. 1 to 64 characters. */
                    type: string;
                    /** When it happened. RFC 3339, UTC. */
                    at: string;
                    /** Who did it; left out or null when nobody is named. */
                    actor?: {
                        /** The member. */
                        member?: string;
                        /** The member's handle. 1 to 24 characters. */
                        handle?: string;
                        /** True: a member who has left for good. */
                        former?: boolean;
                        /** True: staff of the club. */
                        staff?: boolean;
                    } | null;
                    /** The event's refs, and its view where that may be shown. */
                    data: Record<string, unknown>;
                    /** The consent it needed; see consent.receipt. */
                    basis?: {
                        /** The purpose, as in consent.catalog. 1 to 64 characters. */
                        purpose: string;
                        /** Id of its club or category; 0 when it has none. 1 to 20 characters. */
                        scope: string;
                        /** Always inapp here. 1 to 16 characters. */
                        channel: string;
                    };
                }[];
                /** As in stream.subscribe. */
                snapshot?: unknown;
            }[];
        };
    };
    /** Ends a subscription of this connection. Who: member, agent, moderator, editor, manager, analyst, privacy, admin. Errors: NOT_FOUND. */
    "stream.unsubscribe": {
        params: {
            /** The stream. 1 to 64 characters. */
            stream: string;
        };
        result: Record<string, never>;
    };
    /** Ends a case: it has been looked at. Who: agent, manager. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE. Publishes: case.changed. */
    "support.close": {
        params: {
            /** The case. */
            case: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The case. */
            case: string;
            /** Whom it is about. */
            member: string;
            /** What it is about. */
            topic: "itinerary" | "booking" | "points" | "account" | "privacy" | "complaint" | "other";
            /** What opened it: a payment that came too late, a refund that did not arrive, an offer that was cancelled, a strike that is disputed. */
            cause: "paid_late" | "refund_failed" | "offer_cancelled" | "dispute";
            /** What it hangs on: resv:<reservation>, refund:<refund> and so on. 1 to 64 characters. */
            ref: string | null;
            /** The higher, the sooner. 0 to 100. */
            prio: number;
            /** Where it stands. */
            state: "open" | "assigned" | "waiting_member" | "resolved" | "closed";
            /** By when somebody has to have looked: an hour, 4 or 24, by priority. RFC 3339, UTC. */
            due_at: string;
            /** When it was opened. RFC 3339, UTC. */
            created_at: string;
            /** True: that has passed, and it is not resolved. */
            overdue: boolean;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Cases of a club that somebody of its staff has to look at. Who: agent, manager. Errors: FORBIDDEN. */
    "support.list": {
        params: {
            /** Which club. */
            club: string;
            /** Only these; all that are not resolved when left out. */
            state?: "open" | "assigned" | "waiting_member" | "resolved" | "closed";
            /** Cases at most; 20 when left out. 1 to 100. */
            limit?: number;
            /** From the page before; the first when left out. 1 to 64 characters. */
            cursor?: string;
        };
        result: {
            /** Those that are due first. 0 to 100 items. */
            cases: {
                /** The case. */
                case: string;
                /** Whom it is about. */
                member: string;
                /** What it is about. */
                topic: "itinerary" | "booking" | "points" | "account" | "privacy" | "complaint" | "other";
                /** What opened it: a payment that came too late, a refund that did not arrive, an offer that was cancelled, a strike that is disputed. */
                cause: "paid_late" | "refund_failed" | "offer_cancelled" | "dispute";
                /** What it hangs on: resv:<reservation>, refund:<refund> and so on. 1 to 64 characters. */
                ref: string | null;
                /** The higher, the sooner. 0 to 100. */
                prio: number;
                /** Where it stands. */
                state: "open" | "assigned" | "waiting_member" | "resolved" | "closed";
                /** By when somebody has to have looked: an hour, 4 or 24, by priority. RFC 3339, UTC. */
                due_at: string;
                /** When it was opened. RFC 3339, UTC. */
                created_at: string;
                /** True: that has passed, and it is not resolved. */
                overdue: boolean;
            }[];
            /** For the next page; null: this was the last. 1 to 64 characters. */
            cursor: string | null;
        };
    };
    /** Tells what counts for a member's tier, what the next one needs, what keeping it needs, and when that is decided. Who: member, agent. Errors: FORBIDDEN, NOT_MEMBER. */
    "tier.explain": {
        params: {
            /** Which club. */
            club: string;
            /** Whose; staff must say it, members mean themselves. */
            member?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** The tier. */
            tier: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
            };
            /** Since when. RFC 3339, UTC. */
            since: string;
            /** Kept at least until then; null: no end is set. RFC 3339, UTC. */
            until: string | null;
            /** Tier points in the window. -9007199254740991 to 9007199254740991. */
            counted_tp: number;
            /** The days on which tier points count. */
            window: {
                /** The last months; or the period since the day of joining; or that of the calendar. */
                kind: "rolling" | "anniversary" | "calendar";
                /** Its first day begins, in the zone of the club. RFC 3339, UTC. */
                from: string;
                /** Its last day is over; of a rolling one today. RFC 3339, UTC. */
                to: string;
            };
            /** The next tier that the member can rise to; null: there is none. */
            next: {
                /** Its rank. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Tier points in the window that it takes. 0 to 9007199254740991. */
                qualify_tp: number;
            } | null;
            /** Tier points missing for it; null: there is none. 0 to 9007199254740991. */
            need_next: number | null;
            /** Tier points that count for keeping the tier; null: it has no end. -9007199254740991 to 9007199254740991. */
            kept_tp: number | null;
            /** Tier points missing to keep it; null: it has no end. 0 to 9007199254740991. */
            need_keep: number | null;
            /** When it is decided whether it is kept, days of grace included; null: it has no end. RFC 3339, UTC. */
            next_check: string | null;
        };
    };
    /** Gives a member a tier up to a day; one set lower rises again only after it. Who: manager. Errors: FORBIDDEN, NOT_MEMBER, INVALID_STATE. Publishes: tier.changed, notify.added. */
    "tier.set": {
        params: {
            /** Which club. */
            club: string;
            /** Whose tier. */
            member: string;
            /** Rank of the tier to have. 0 to 1000. */
            rank: number;
            /** To be kept until then; 5 years ahead at most. RFC 3339, UTC. */
            until: string;
            /** Why; the member can read it in an export. 1 to 400 characters. */
            reason: string;
            /** A courtesy, which holds when left out; another programme's tier; or a rise taken back because its purchases were reversed and that was abuse. */
            cause?: "staff" | "match" | "reversal";
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The club. */
            club: string;
            /** The member. */
            member: string;
            /** Rank of the tier. 0 to 1000. */
            rank: number;
            /** Since when. RFC 3339, UTC. */
            since: string;
            /** Until when. RFC 3339, UTC. */
            until: string;
            /** Version of the membership. 1 to 9007199254740991. */
            version: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Takes offered seats: a reservation held for who is paying, at the price of now. Who: member. Errors: NOT_FOUND, GONE, GUARDIAN_REQUIRED, INVALID_STATE, LIMIT, INSUFFICIENT_POINTS, POINTS_FROZEN, CLOSED, RESTRICTED. Publishes: waitlist.changed, resv.changed, points.changed. */
    "waitlist.accept": {
        params: {
            /** The entry. */
            entry: string;
            /** So many of its units are paid in points; none when left out. 0 to 50. */
            points?: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The reservation. */
            reservation: string;
            /** held. */
            state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
            /** From then on the seats are free again. RFC 3339, UTC. */
            expires_at: string;
            /** How to pay. */
            pay: {
                /** What is due in money. */
                amount: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** What the payment must carry. 1 to 64 characters. */
                reference: string;
            };
            /** Persons in all. 1 to 6000. */
            persons: number;
            /** The discount of the party, in millionths. 0 to 1000000. */
            discount_ppm: number;
            /** What it costs in money. */
            total: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Points put aside for it. 0 to 9007199254740991. */
            points: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Ends a waiting list for good; what is offered stays so until its deadline. Who: manager. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE. Publishes: waitlist.changed, notify.added, offer.availability. */
    "waitlist.close": {
        params: {
            /** The offer. */
            offer: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** Whether one can join. */
            state: "open" | "paused" | "closed";
            /** So many wait. 0 to 100000. */
            waiting: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lets offered seats go; they are the next one's at once. Who: member. Errors: NOT_FOUND, GONE, INVALID_STATE. Publishes: waitlist.changed, waitlist.offered, offer.availability. */
    "waitlist.decline": {
        params: {
            /** The entry. */
            entry: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The entry. */
            entry: string;
            /** What is waited for. */
            offer: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** The class. */
            class: string;
            /** Its title. 1 to 120 characters. */
            class_title: string;
            /** So many units. 1 to 50. */
            qty: number;
            /** They seat so many. 1 to 600. */
            persons: number;
            /** Where the entry stands. */
            state: "waiting" | "offered" | "converted" | "declined" | "lapsed" | "passed" | "withdrawn" | "closed";
            /** Its place among all that wait for the offer; null: it does not wait. 1 to 100000. */
            position: number | null;
            /** So many wait. 1 to 100000. */
            length: number | null;
            /** Of the club's last lists so many went as far as this place, in tenths; null: too few yet. 0 to 1000000. */
            chance_ppm: number | null;
            /** Its priority; higher ones come first. 0 to 9. */
            prio: number;
            /** Why it ended or was moved: waited, near (too close to the start), booking (closed), cancelled, staff, left, unable (could not book any more); null: nothing to tell. */
            why: "waited" | "near" | "booking" | "cancelled" | "staff" | "left" | "unable" | null;
            /** The reason that staff gave. 1 to 400 characters. */
            note: string | null;
            /** Offered seats are kept until then. RFC 3339, UTC. */
            expires_at: string | null;
            /** What an accepted offer became. */
            reservation: string | null;
            /** When it joined. RFC 3339, UTC. */
            joined_at: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Waits for units of a class that is sold out. Who: member. Errors: NOT_FOUND, CONFLICT, GUARDIAN_REQUIRED, INVALID_STATE, NOT_OPEN_YET, LIMIT, CLOSED, RESTRICTED. Publishes: waitlist.changed, waitlist.offered. */
    "waitlist.join": {
        params: {
            /** The offer. */
            offer: string;
            /** A class that has not so many free units. */
            class: string;
            /** How many units. 1 to 50. */
            qty: number;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The entry. */
            entry: string;
            /** What is waited for. */
            offer: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** The class. */
            class: string;
            /** Its title. 1 to 120 characters. */
            class_title: string;
            /** So many units. 1 to 50. */
            qty: number;
            /** They seat so many. 1 to 600. */
            persons: number;
            /** Where the entry stands. */
            state: "waiting" | "offered" | "converted" | "declined" | "lapsed" | "passed" | "withdrawn" | "closed";
            /** Its place among all that wait for the offer; null: it does not wait. 1 to 100000. */
            position: number | null;
            /** So many wait. 1 to 100000. */
            length: number | null;
            /** Of the club's last lists so many went as far as this place, in tenths; null: too few yet. 0 to 1000000. */
            chance_ppm: number | null;
            /** Its priority; higher ones come first. 0 to 9. */
            prio: number;
            /** Why it ended or was moved: waited, near (too close to the start), booking (closed), cancelled, staff, left, unable (could not book any more); null: nothing to tell. */
            why: "waited" | "near" | "booking" | "cancelled" | "staff" | "left" | "unable" | null;
            /** The reason that staff gave. 1 to 400 characters. */
            note: string | null;
            /** Offered seats are kept until then. RFC 3339, UTC. */
            expires_at: string | null;
            /** What an accepted offer became. */
            reservation: string | null;
            /** When it joined. RFC 3339, UTC. */
            joined_at: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Stops waiting; offered seats are declined instead. Who: member. Errors: NOT_FOUND, GONE, INVALID_STATE. Publishes: waitlist.changed, waitlist.offered, offer.availability. */
    "waitlist.leave": {
        params: {
            /** The entry. */
            entry: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The entry. */
            entry: string;
            /** What is waited for. */
            offer: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** The class. */
            class: string;
            /** Its title. 1 to 120 characters. */
            class_title: string;
            /** So many units. 1 to 50. */
            qty: number;
            /** They seat so many. 1 to 600. */
            persons: number;
            /** Where the entry stands. */
            state: "waiting" | "offered" | "converted" | "declined" | "lapsed" | "passed" | "withdrawn" | "closed";
            /** Its place among all that wait for the offer; null: it does not wait. 1 to 100000. */
            position: number | null;
            /** So many wait. 1 to 100000. */
            length: number | null;
            /** Of the club's last lists so many went as far as this place, in tenths; null: too few yet. 0 to 1000000. */
            chance_ppm: number | null;
            /** Its priority; higher ones come first. 0 to 9. */
            prio: number;
            /** Why it ended or was moved: waited, near (too close to the start), booking (closed), cancelled, staff, left, unable (could not book any more); null: nothing to tell. */
            why: "waited" | "near" | "booking" | "cancelled" | "staff" | "left" | "unable" | null;
            /** The reason that staff gave. 1 to 400 characters. */
            note: string | null;
            /** Offered seats are kept until then. RFC 3339, UTC. */
            expires_at: string | null;
            /** What an accepted offer became. */
            reservation: string | null;
            /** When it joined. RFC 3339, UTC. */
            joined_at: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Entries of an offer in the order of the list; the members can see who looked. Who: agent, manager. Errors: FORBIDDEN, NOT_FOUND. */
    "waitlist.list": {
        params: {
            /** The offer. */
            offer: string;
            /** Entries in this state; waiting when left out. */
            state?: "waiting" | "offered" | "converted" | "declined" | "lapsed" | "passed" | "withdrawn" | "closed";
            /** How many; 50 when left out. 1 to 100. */
            limit?: number;
            /** From the page before. 1 to 24 characters. */
            cursor?: string;
        };
        result: {
            /** Whether one can join. */
            state: "open" | "paused" | "closed";
            /** So many wait. 0 to 100000. */
            waiting: number;
            /** In the order of the list. 0 to 100 items. */
            entries: {
                /** The entry. */
                entry: string;
                /** Who waits. */
                member: string;
                /** The member's handle; null: a former member. 3 to 24 characters. */
                handle: string | null;
                /** The class. */
                class: string;
                /** So many units. 1 to 50. */
                qty: number;
                /** Where the entry stands. */
                state: "waiting" | "offered" | "converted" | "declined" | "lapsed" | "passed" | "withdrawn" | "closed";
                /** Its priority. 0 to 9. */
                prio: number;
                /** How often later ones were served because it did not fit. 0 to 3. */
                skips: number;
                /** Why it ended or was moved. */
                why: "waited" | "near" | "booking" | "cancelled" | "staff" | "left" | "unable" | null;
                /** The reason that staff gave. 1 to 400 characters. */
                note: string | null;
                /** Since then free seats are kept for it. RFC 3339, UTC. */
                kept_since: string | null;
                /** Offered seats are kept until then. RFC 3339, UTC. */
                expires_at: string | null;
                /** What an accepted offer became. */
                reservation: string | null;
                /** When it joined. RFC 3339, UTC. */
                joined_at: string;
            }[];
            /** For the next page; null: this is the last. 1 to 24 characters. */
            cursor: string | null;
        };
    };
    /** Gives an entry another priority; the member is shown the reason. Who: manager. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE. Publishes: waitlist.changed, waitlist.offered, offer.availability. */
    "waitlist.override": {
        params: {
            /** The entry. */
            entry: string;
            /** Its new priority; higher ones come first. 0 to 9. */
            prio: number;
            /** Why; the member is shown it. 1 to 400 characters. */
            reason: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The entry. */
            entry: string;
            /** Where it stands now. */
            state: "waiting" | "offered" | "converted" | "declined" | "lapsed" | "passed" | "withdrawn" | "closed";
            /** Its priority. 0 to 9. */
            prio: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Lets nobody join a waiting list, or everybody again; who waits is served either way. Who: manager. Errors: FORBIDDEN, NOT_FOUND, INVALID_STATE. */
    "waitlist.pause": {
        params: {
            /** The offer. */
            offer: string;
            /** True: nobody can join; false: everybody again. */
            on: boolean;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The offer. */
            offer: string;
            /** Whether one can join. */
            state: "open" | "paused" | "closed";
            /** So many wait. 0 to 100000. */
            waiting: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** What the member waits for, with places and chances. Who: member. */
    "waitlist.status": {
        params: {
            /** Of this offer only. */
            offer?: string;
        };
        result: {
            /** Live ones first, then what ended in the last 30 days, the newest first. 0 to 40 items. */
            entries: {
                /** The entry. */
                entry: string;
                /** What is waited for. */
                offer: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** The class. */
                class: string;
                /** Its title. 1 to 120 characters. */
                class_title: string;
                /** So many units. 1 to 50. */
                qty: number;
                /** They seat so many. 1 to 600. */
                persons: number;
                /** Where the entry stands. */
                state: "waiting" | "offered" | "converted" | "declined" | "lapsed" | "passed" | "withdrawn" | "closed";
                /** Its place among all that wait for the offer; null: it does not wait. 1 to 100000. */
                position: number | null;
                /** So many wait. 1 to 100000. */
                length: number | null;
                /** Of the club's last lists so many went as far as this place, in tenths; null: too few yet. 0 to 1000000. */
                chance_ppm: number | null;
                /** Its priority; higher ones come first. 0 to 9. */
                prio: number;
                /** Why it ended or was moved: waited, near (too close to the start), booking (closed), cancelled, staff, left, unable (could not book any more); null: nothing to tell. */
                why: "waited" | "near" | "booking" | "cancelled" | "staff" | "left" | "unable" | null;
                /** The reason that staff gave. 1 to 400 characters. */
                note: string | null;
                /** Offered seats are kept until then. RFC 3339, UTC. */
                expires_at: string | null;
                /** What an accepted offer became. */
                reservation: string | null;
                /** When it joined. RFC 3339, UTC. */
                joined_at: string;
            }[];
        };
    };
}

/** read: may be repeated. keyed: may be repeated with its key. write: must not. notify: has no answer. */
export type MethodKind = "read" | "keyed" | "write" | "notify";

export const methodKinds: { readonly [M in keyof Methods]: MethodKind } = {
    "account.email_change": "write",
    "account.email_confirm": "write",
    "account.login": "write",
    "account.logout": "write",
    "account.password": "write",
    "account.refresh": "write",
    "account.reset_confirm": "write",
    "account.reset_start": "write",
    "admin.key_rotate": "keyed",
    "admin.staff_set": "keyed",
    "approval.decide": "keyed",
    "approval.list": "read",
    "benefit.cancel_voucher": "keyed",
    "benefit.claim": "keyed",
    "benefit.create": "keyed",
    "benefit.entitlements": "read",
    "benefit.get": "read",
    "benefit.give": "keyed",
    "benefit.list": "read",
    "benefit.redeem_voucher": "keyed",
    "benefit.retire": "keyed",
    "benefit.update": "keyed",
    "card.code": "write",
    "card.get": "read",
    "card.lock": "keyed",
    "card.replace": "keyed",
    "card.unlock": "keyed",
    "club.get": "read",
    "club.list": "read",
    "club.update": "keyed",
    "consent.catalog": "read",
    "consent.check": "read",
    "consent.confirm": "write",
    "consent.give": "keyed",
    "consent.history": "read",
    "consent.object": "keyed",
    "consent.publish_text": "keyed",
    "consent.receipt": "read",
    "consent.refuse": "keyed",
    "consent.shown": "keyed",
    "consent.texts": "read",
    "consent.unobject": "keyed",
    "consent.unsubscribe": "write",
    "consent.withdraw": "keyed",
    "consent.withdraw_all": "keyed",
    "device.register": "keyed",
    "device.remove": "keyed",
    "family.accept": "keyed",
    "family.contribute": "keyed",
    "family.create": "keyed",
    "family.decline": "keyed",
    "family.dissolve": "keyed",
    "family.get": "read",
    "family.invite": "keyed",
    "family.leave": "keyed",
    "family.remove": "keyed",
    "family.set_member": "keyed",
    "feed.announce": "keyed",
    "feed.comment": "keyed",
    "feed.comment_delete": "keyed",
    "feed.comment_edit": "keyed",
    "feed.comments": "read",
    "feed.delete": "keyed",
    "feed.edit": "keyed",
    "feed.follow": "keyed",
    "feed.get": "read",
    "feed.hide": "keyed",
    "feed.list": "read",
    "feed.offer_news": "keyed",
    "feed.post": "keyed",
    "feed.preview": "read",
    "feed.react": "keyed",
    "feed.report": "keyed",
    "feed.unreact": "keyed",
    "insight.points": "read",
    "insight.reservations": "read",
    "join.start": "write",
    "join.verify": "write",
    "member.block": "keyed",
    "member.blocks": "read",
    "member.restore": "keyed",
    "member.suspend": "keyed",
    "member.unblock": "keyed",
    "membership.accept_invite": "keyed",
    "membership.applications": "read",
    "membership.apply": "keyed",
    "membership.decide": "keyed",
    "membership.decline": "keyed",
    "membership.get": "read",
    "membership.invite": "keyed",
    "membership.leave": "keyed",
    "membership.list": "read",
    "membership.pause": "keyed",
    "membership.resume": "keyed",
    "membership.set_agent": "keyed",
    "mod.appeal": "keyed",
    "mod.appeal_decide": "keyed",
    "mod.case": "read",
    "mod.decide": "keyed",
    "mod.decisions": "read",
    "mod.queue": "read",
    "notify.list": "read",
    "notify.read": "keyed",
    "offer.announce": "keyed",
    "offer.bookings": "read",
    "offer.cancel": "keyed",
    "offer.create": "keyed",
    "offer.get": "read",
    "offer.invite": "keyed",
    "offer.list": "read",
    "offer.pause": "keyed",
    "offer.remind": "keyed",
    "offer.resume": "keyed",
    "offer.safety_notice": "keyed",
    "offer.set_capacity": "keyed",
    "offer.update": "keyed",
    "ops.health": "read",
    "ops.incident_close": "keyed",
    "partner.list": "read",
    "partner.set": "keyed",
    "plan.attach_offer": "keyed",
    "plan.balances": "read",
    "plan.cancel": "keyed",
    "plan.comment": "keyed",
    "plan.comment_delete": "keyed",
    "plan.comments": "read",
    "plan.create": "keyed",
    "plan.expense_add": "keyed",
    "plan.expense_delete": "keyed",
    "plan.expense_set": "keyed",
    "plan.expense_why": "read",
    "plan.get": "read",
    "plan.group_hold": "keyed",
    "plan.invite": "keyed",
    "plan.invite_info": "read",
    "plan.invite_revoke": "keyed",
    "plan.item_add": "keyed",
    "plan.item_delete": "keyed",
    "plan.item_get": "read",
    "plan.item_move": "keyed",
    "plan.item_restore": "keyed",
    "plan.item_set": "keyed",
    "plan.join": "keyed",
    "plan.leave": "keyed",
    "plan.list": "read",
    "plan.lock": "keyed",
    "plan.ops": "read",
    "plan.ownership_accept": "keyed",
    "plan.poll": "read",
    "plan.poll_close": "keyed",
    "plan.poll_open": "keyed",
    "plan.proposal_accept": "keyed",
    "plan.proposal_reject": "keyed",
    "plan.proposal_withdraw": "keyed",
    "plan.propose": "keyed",
    "plan.remove": "keyed",
    "plan.set_role": "keyed",
    "plan.set_share": "keyed",
    "plan.settle_confirm": "keyed",
    "plan.settle_dispute": "keyed",
    "plan.settle_mark": "keyed",
    "plan.settle_suggest": "read",
    "plan.threshold": "read",
    "plan.transfer_ownership": "keyed",
    "plan.typing": "read",
    "plan.undo": "keyed",
    "plan.unlock": "keyed",
    "plan.unvote": "keyed",
    "plan.update": "keyed",
    "plan.vote": "keyed",
    "points.adjust": "keyed",
    "points.audit": "read",
    "points.capture": "keyed",
    "points.earn": "keyed",
    "points.explain": "read",
    "points.freeze": "keyed",
    "points.history": "read",
    "points.hold": "keyed",
    "points.quote_earn": "read",
    "points.redeem_code": "keyed",
    "points.release": "keyed",
    "points.reverse": "keyed",
    "points.rule_list": "read",
    "points.rule_set": "keyed",
    "points.summary": "read",
    "points.transfer": "keyed",
    "points.transfer_accept": "keyed",
    "points.transfer_decline": "keyed",
    "points.unfreeze": "keyed",
    "pref.get": "read",
    "pref.set": "keyed",
    "privacy.access_log": "read",
    "privacy.audit": "read",
    "privacy.erase": "keyed",
    "privacy.erase_cancel": "keyed",
    "privacy.erase_preview": "read",
    "privacy.export": "keyed",
    "privacy.restrict": "keyed",
    "privacy.status": "read",
    "privacy.unrestrict": "keyed",
    "profile.get": "read",
    "profile.set": "keyed",
    "profile.view": "read",
    "queue.join": "keyed",
    "queue.leave": "keyed",
    "queue.proof": "read",
    "queue.status": "read",
    "refund.done": "keyed",
    "refund.take": "write",
    "reservation.accept_seat": "keyed",
    "reservation.cancel": "keyed",
    "reservation.cancel_preview": "read",
    "reservation.check_in": "keyed",
    "reservation.code": "read",
    "reservation.confirm": "keyed",
    "reservation.decline_seat": "keyed",
    "reservation.dispute": "keyed",
    "reservation.dispute_decide": "keyed",
    "reservation.extend": "keyed",
    "reservation.get": "read",
    "reservation.hold": "keyed",
    "reservation.list": "read",
    "reservation.name_seat": "keyed",
    "reservation.no_show": "keyed",
    "reservation.payment_started": "keyed",
    "reservation.quote": "read",
    "reservation.release": "keyed",
    "reservation.set_needs": "keyed",
    "send.result": "keyed",
    "send.take": "write",
    "session.auth": "write",
    "session.refresh": "write",
    "session.step_up": "write",
    "session.ticket": "write",
    "stream.subscribe": "read",
    "stream.subscribe_many": "read",
    "stream.unsubscribe": "read",
    "support.close": "keyed",
    "support.list": "read",
    "tier.explain": "read",
    "tier.set": "keyed",
    "waitlist.accept": "keyed",
    "waitlist.close": "keyed",
    "waitlist.decline": "keyed",
    "waitlist.join": "keyed",
    "waitlist.leave": "keyed",
    "waitlist.list": "read",
    "waitlist.override": "keyed",
    "waitlist.pause": "keyed",
    "waitlist.status": "read",
};

/** Every event: the shape of its data. */
export interface Events {
    /** Points cannot leave the member's account, or can again. Gate: svc.account. */
    "account.frozen": {
        /** True: no points leave the account now; false: they do again. */
        on: boolean;
        /** The object, where it may be shown. */
        view?: {
            /** Points that can be spent now. 0 to 9007199254740991. */
            available: number;
            /** Points reserved by holds. 0 to 9007199254740991. */
            held: number;
            /** Points in a return window. 0 to 9007199254740991. */
            pending: number;
            /** Shortfall of a claw-back; the next credits repay it first. -9007199254740991 to 0. */
            debt: number;
            /** Version of the wallet; only rises. 0 to 9007199254740991. */
            ver: number;
            /** True: staff, or an incident, lets no points leave the account. */
            frozen: boolean;
            /** The pool of the member's family; null: none, or a child of it. */
            family: {
                /** The family. */
                family: string;
                /** Points of its pool that can be spent now. 0 to 9007199254740991. */
                available: number;
            } | null;
            /** What expires when, soonest first. 0 to 24 items. */
            ladder: {
                /** Last day on which they can be spent, in the club's time zone. 10 to 10 characters. */
                on: string;
                /** Points that expire after that day. 1 to 9007199254740991. */
                points: number;
            }[];
            /** Points that expire after the days of the ladder. 0 to 9007199254740991. */
            later: number;
            /** Points that do not expire. 0 to 9007199254740991. */
            never: number;
            /** One per club: the tier and what the next one needs. 0 to 50 items. */
            next_tier: {
                /** The club. */
                club: string;
                /** Rank of the present tier. 0 to 1000. */
                rank: number;
                /** Name of the present tier. 1 to 120 characters. */
                name: string;
                /** Tier points that count in the present window. 0 to 9007199254740991. */
                tier_points: number;
                /** Rank of the next tier; null: there is none. 0 to 1000. */
                next_rank: number | null;
                /** Name of the next tier; null: there is none. 1 to 120 characters. */
                next_name: string | null;
                /** Tier points missing for it; null: there is none. 0 to 9007199254740991. */
                missing: number | null;
            }[];
        };
    };
    /** A call that needs a second person may go through, or not. Gate: staff. */
    "approval.decided": {
        /** The question. */
        approval: string;
        /** The method that was called. 1 to 64 characters. */
        method: string;
        /** What became of it. */
        state: "granted" | "denied" | "expired";
    };
    /** A call waits for a second person. Gate: staff. */
    "approval.needed": {
        /** The question; see approval.list. */
        approval: string;
        /** The method that was called. 1 to 64 characters. */
        method: string;
    };
    /** A benefit of the club is new, has changed, or is offered no more. Gate: svc.feed. */
    "benefit.changed": {
        /** The benefit. */
        benefit: string;
        /** Whether it is offered. */
        status: "active" | "paused" | "retired";
        /** The object, where it may be shown. */
        view?: {
            /** The benefit. */
            benefit: string;
            /** The club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "discount" | "gift" | "service" | "access" | "voucher";
            /** Its title. 1 to 120 characters. */
            title: string;
            /** What holds for it. 1 to 4000 characters. */
            terms: string;
            /** With a code that is claimed, by the app or by the card. */
            how: "code" | "app" | "card";
            /** Its price. 0 to 1000000000. */
            cost_points: number;
            /** Least rank of the tier. 0 to 1000. */
            min_rank: number;
            /** Name of that tier; null: no tier is that high. 1 to 120 characters. */
            min_tier: string | null;
            /** How many are left; null: no end. 0 to 1000000000. */
            stock: number | null;
            /** How often a member can claim it; null: no end. 1 to 1000000000. */
            per_member: number | null;
            /** From then on; null: at once. RFC 3339, UTC. */
            valid_from: string | null;
            /** Until then; null: no end is set. RFC 3339, UTC. */
            valid_to: string | null;
            /** Days that a voucher is good; null: until valid_to. 1 to 3650. */
            voucher_days: number | null;
            /** True: book with the partner before it is used. */
            needs_booking: boolean;
            /** Where it is used; null: at the club. */
            partner: {
                /** The partner. */
                partner: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Where it is; null: not said. 1 to 120 characters. */
                town: string | null;
                /** ISO 3166 code; null: not said. 2 to 2 characters. */
                country: string | null;
                /** Its page; null: none. 8 to 300 characters. */
                url: string | null;
            } | null;
            /** Whether it is offered. */
            status: "draft" | "active" | "paused" | "retired";
            /** Rises with every change by a manager. 1 to 9007199254740991. */
            version: number;
        };
    };
    /** The member's card is new, locked or unlocked, or one more device shows its codes. Gate: li.security. Whole state: only the newest counts. */
    "card.changed": {
        /** The object, where it may be shown. */
        view?: {
            /** Its number; the last digit is Luhn's. 16 to 16 characters. */
            card: string;
            /** Whether tills take its codes. */
            status: "active" | "locked";
            /** Who locked it: the member, or 20 wrong codes in a row; null: it is not locked. */
            locked_by: "member" | "failures" | null;
            /** Since when the member has this number. RFC 3339, UTC. */
            issued_at: string;
            /** Sign-ins that have shown its codes and are not over. 0 to 20. */
            devices: number;
        };
    };
    /** A case was opened for the staff of the club, or has another state. Gate: staff. */
    "case.changed": {
        /** The case; see support.list. */
        case: string;
        /** What it is about. */
        topic: "itinerary" | "booking" | "points" | "account" | "privacy" | "complaint" | "other";
        /** What opened it. */
        cause: "paid_late" | "refund_failed" | "offer_cancelled" | "dispute";
        /** Where it stands. */
        state: "open" | "assigned" | "waiting_member" | "resolved" | "closed";
        /** The higher, the sooner. 0 to 100. */
        prio: number;
        /** By when somebody has to have looked. RFC 3339, UTC. */
        due_at: string;
    };
    /** A club has another name, policy or setting. Gate: staff. */
    "club.changed": {
        /** The club. */
        club: string;
        /** Its version. 1 to 9007199254740991. */
        version: number;
        /** The object, where it may be shown. */
        view?: {
            /** The club. */
            club: string;
            /** Its name in addresses. 2 to 40 characters. */
            slug: string;
            /** Its name. 1 to 120 characters. */
            name: string;
            /** What kind of club. */
            form: "vip" | "fan" | "product_interest" | "benefit";
            /** How one gets in. */
            join_policy: "open" | "application" | "invitation";
            /** Its main language. 2 to 16 characters. */
            locale: string;
            /** Its time zone; days are counted there. 1 to 64 characters. */
            tz: string;
            /** ISO 4217 code. 3 to 3 characters. */
            currency: string;
            /** Least age; null: none. 1 to 99. */
            min_age: number | null;
            /** A frozen club takes no new members and posts; a closed one is there for its staff only. */
            status: "active" | "frozen" | "closed";
            /** What one can join, cheapest first. 0 to 100 items. */
            tracks: {
                /** The track. */
                track: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Whether it costs something, and how often. */
                fee_kind: "free" | "one_off" | "periodic";
                /** The fee; null: free. */
                fee: {
                    /** Amount in minor units. 0 to 9007199254740991. */
                    minor: number;
                    /** ISO 4217 code. 3 to 3 characters. */
                    cur: string;
                } | null;
                /** Months a fee lasts; null: not periodic. 1 to 1200. */
                period_months: number | null;
            }[];
            /** Its tiers, lowest first. 0 to 100 items. */
            tiers: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Tier points it takes to get there. 0 to 9007199254740991. */
                qualify_tp: number;
                /** Tier points it takes to stay. 0 to 9007199254740991. */
                retain_tp: number;
                /** Which points count. */
                window: "rolling" | "anniversary" | "calendar";
                /** Length of the window in months. 1 to 36. */
                window_months: number;
                /** Factor on points earned, in millionths. 0 to 10000000. */
                earn_ppm: number;
                /** Offers open so much earlier for its members, where they have no windows of their own. 0 to 527040. */
                early_lead_minutes: number;
                /** Seats that a member can book of one offer. 1 to 600. */
                seat_limit: number;
                /** Seats are held for so long. 0 to 10080. */
                hold_minutes: number;
            }[];
            /** What an application must answer. 0 to 10 items. */
            questions: (string)[];
            /** Its product categories. 0 to 1000 items. */
            categories: {
                /** The category. */
                category: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name in the language asked for, where there is one. 1 to 200 characters. */
                name: string;
            }[];
            /** Its settings; for its staff. */
            settings?: {
                /** Comments of a member in 24 hours. 1 to 10000. */
                comments_per_day: number | null;
                /** Comments of a new author in 24 hours. 1 to 10000. */
                comments_per_day_new: number | null;
                /** Who answers for the data; null: the club. 1 to 200 characters. */
                controller: string | null;
                /** True: members have an agent of their own. */
                dedicated_agent: boolean | null;
                /** Life of points in months; 0: for ever. 0 to 120. */
                expiry_months: number | null;
                /** How long seats are held for who is paying. 5 to 120. */
                hold_minutes: number | null;
                /** False: the club is there for its members only. */
                listed: boolean | null;
                /** True: the club has a magazine. */
                magazine: boolean | null;
                /** Offers sent to a member in 24 hours. 0 to 2. */
                marketing_per_day: number | null;
                /** Offers sent to a member in 7 days. 0 to 6. */
                marketing_per_week: number | null;
                /** Least age in years; 0 or null: none. 0 to 99. */
                min_age: number | null;
                /** True: posts of new authors wait. */
                moderate_new_authors: boolean | null;
                /** A member is a new author so long. 0 to 365. */
                new_author_days: number | null;
                /** What a point costs the club, in millionths of a minor unit; null: unknown. 0 to 1000000000. */
                point_value_micro: number | null;
                /** Posts of a member in 24 hours. 1 to 1000. */
                posts_per_day: number | null;
                /** Posts of a new author in 24 hours. 1 to 1000. */
                posts_per_day_new: number | null;
                /** True: members have price steps of their own. */
                preferential_prices: boolean | null;
                /** What an application must answer. 0 to 10 items. */
                questions: (string)[] | null;
                /** Days that points are pending; 0: none. 0 to 365. */
                return_days: number | null;
                /** Added to the priority of members' cases. 0 to 9. */
                support_prio: number | null;
                /** Words one can follow, beside the categories. 0 to 50 items. */
                topics: (string)[] | null;
                /** True: members may give points to one another. */
                transfers: boolean | null;
                /** True: the top tier waits ahead of the others. */
                waitlist_top_tier: boolean | null;
                /** What a new member gets, once for life. */
                welcome: {
                    /** Bonus points. 0 to 100000. */
                    points: number;
                    /** What there is a voucher for. 0 to 10 items. */
                    benefits: (string)[];
                } | null;
            };
            /** Rises with every change; for its staff. 1 to 9007199254740991. */
            version?: number;
        };
    };
    /** Wrong codes or passwords were tried on the account or its card. Gate: li.security. */
    "code.failures": Record<string, never>;
    /** A comment was edited, or is gone. Gate: svc.feed or mkt.offers. */
    "comment.changed": {
        /** The post. */
        post: string;
        /** The comment. */
        comment: string;
        /** Published: edited, or shown again; else it is gone. */
        state: "published" | "hidden" | "removed" | "deleted";
        /** The object, where it may be shown. */
        view?: {
            /** The comment. */
            comment: string;
            /** Its post. */
            post: string;
            /** The comment that it answers; null: none. */
            parent: string | null;
            /** Who wrote it, as far as it may be shown. */
            author: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string | null;
                /** Real name, where com.profile allows it. 1 to 200 characters. */
                name?: string;
                /** Town, where com.profile allows it. 1 to 200 characters. */
                town?: string;
                /** Tier, where com.badge allows it. */
                tier?: {
                    /** Rank of the tier. 0 to 1000. */
                    rank: number;
                    /** Name of the tier. 1 to 120 characters. */
                    name: string;
                };
                /** True: a member who has left for good. */
                former?: boolean;
                /** True: staff of the club. */
                staff?: boolean;
            };
            /** Text. 1 to 2000 characters. */
            body: string;
            /** Handles in body that are links, in order. 0 to 50 items. */
            mentions: {
                /** The member. */
                member: string;
                /** The member's handle now. 1 to 24 characters. */
                handle: string;
                /** Where the @ stands in body, in code points from 0. 0 to 10000. */
                from: number;
                /** Where the text goes on after the handle. 1 to 10000. */
                to: number;
            }[];
            /** Rises with every edit; base of the next. 1 to 2000000000. */
            version: number;
            /** When it was written. RFC 3339, UTC. */
            at: string;
            /** When it was last edited; null: never. RFC 3339, UTC. */
            edited_at: string | null;
        };
    };
    /** The member has given, refused or withdrawn consents. Gate: legal.privacy. */
    "consent.changed": {
        /** The member's consent epoch. 1 to 9007199254740991. */
        epoch: number;
        /** What changed. 1 to 2000 items. */
        triples: {
            /** The purpose. 1 to 64 characters. */
            purpose: string;
            /** Id of the club or category; 0: none. 1 to 18 characters. */
            scope: string;
            /** The channel. */
            channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
        }[];
        /** The object, where it may be shown. */
        view?: {
            /** The triples that changed, as they are now. 0 to 2000 items. */
            states: {
                /** The purpose. 1 to 64 characters. */
                purpose: string;
                /** Id of the club or category; 0 when it has none. 1 to 18 characters. */
                scope: string;
                /** The channel. */
                channel: "none" | "inapp" | "push" | "email" | "sms" | "phone" | "post";
                /** As of now: stale and expired are told as such at once. */
                state: "requested" | "pending_confirm" | "given" | "refused" | "withdrawn" | "expired" | "stale" | "objected" | "allowed";
                /** True: what needs this consent may be sent. */
                in_force: boolean;
                /** True: the app may ask about it by itself. What has no state may be asked about unless closed. */
                ask: boolean;
                /** Why the app may ask, or may not. */
                why: "closed" | "interest" | "waiting" | "given" | "withdrawn" | "asked_enough" | "refused" | "unanswered" | "stale" | "expired";
                /** Of a stale one: what has changed since, a line per version; else null. 1 to 20000 characters. */
                change_note: string | null;
                /** Version of the text; null: none. 1 to 1000000. */
                text_ver: number | null;
                /** When it ends by itself; null: never. RFC 3339, UTC. */
                expires_at: string | null;
                /** The piece of evidence it rests on. */
                event: string;
            }[];
        };
    };
    /** Someone signed in to the account, or a device was added for push messages. Gate: li.security. */
    "device.new": Record<string, never>;
    /** A request of the member about the own data has another state. Gate: legal.privacy. */
    "dsr.changed": {
        /** The request. */
        dsr: string;
        /** What was asked for. */
        kind: "access" | "portability" | "rectify" | "erase" | "restrict" | "object";
        /** Where it stands. */
        state: "received" | "verified" | "executing" | "done" | "refused" | "partly" | "withdrawn";
        /** The object, where it may be shown. */
        view?: {
            /** Status of the account. */
            status: "pending" | "active" | "suspended" | "restricted" | "closing";
            /** The newest requests, newest first. 0 to 50 items. */
            requests: {
                /** The request. */
                request: string;
                /** What was asked for. */
                kind: "access" | "portability" | "rectify" | "erase" | "restrict" | "object";
                /** Where it stands. */
                state: "received" | "verified" | "executing" | "done" | "refused" | "partly" | "withdrawn";
                /** When it was made. RFC 3339, UTC. */
                at: string;
                /** When it is answered at the latest. RFC 3339, UTC. */
                due_at: string;
                /** True: the time was extended, with notice. */
                extended: boolean;
                /** When it was closed; null: it is open. RFC 3339, UTC. */
                closed_at: string | null;
                /** An erasure: from then on it is carried out; null: no erasure. RFC 3339, UTC. */
                execute_at: string | null;
                /** An erasure: what becomes of posts and comments; null: no erasure. */
                content: "delete" | "anonymise" | null;
            }[];
        };
    };
    /** An offer of a category that the member asked to hear of is open for the member. Gate: mkt.early_access. */
    "early.opening": {
        /** The offer. */
        offer: string;
        /** When it opened for the member. RFC 3339, UTC. */
        opens_at: string;
        /** The object, where it may be shown. */
        view?: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
        };
    };
    /** An expense of the plan is new, is otherwise, or is deleted. Gate: svc.plan. */
    "expense.changed": {
        /** The plan. */
        plan: string;
        /** The expense. */
        expense: string;
        /** Its number in the plan. 1 to 2000. */
        no: number;
        /** Its version. 1 to 9007199254740991. */
        version: number;
        /** Active, or deleted and counting no more. */
        state: "active" | "deleted";
        /** The object, where it may be shown. */
        view?: {
            /** The expense. */
            expense: string;
            /** Its number in the plan. 1 to 2000. */
            no: number;
            /** What for. 1 to 120 characters. */
            title: string;
            /** What it cost. */
            amount: {
                /** Amount in minor units. 1 to 1000000000000. */
                minor: number;
                /** ISO 4217 code. 3 to 3 characters. */
                cur: string;
            };
            /** The same in the currency of the plan, rounded once. */
            base: {
                /** Amount in minor units. 0 to 1000000000000. */
                minor: number;
                /** ISO 4217 code. 3 to 3 characters. */
                cur: string;
            };
            /** Units of the plan's currency per unit x 10^9, fixed at entry. 1 to 1000000000000000. */
            fx_ppb: number;
            /** When, like 2031-12-24. 10 to 10 characters. */
            spent_on: string;
            /** How it is shared. */
            mode: "equal" | "shares" | "percent" | "exact";
            /** What of the plan it was for; null: not said. */
            item: string | null;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** Active: it counts. */
            state: "active" | "deleted";
            /** Who entered it. */
            by: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                former?: number;
            };
            /** When it was entered. RFC 3339, UTC. */
            at: string;
            /** Who paid. 1 to 50 items. */
            payers: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                former?: number;
                /** What the member paid, in the currency of the expense. 1 to 1000000000000. */
                paid: number;
                /** The same in the currency of the plan. 0 to 1000000000000. */
                paid_base: number;
            }[];
            /** Who owes what of it. 1 to 50 items. */
            shares: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                former?: number;
                /** Parts; of percent millionths; of exact minor units of the expense's currency. 0 to 1000000000000. */
                weight: number;
                /** The member's share, in the currency of the plan. 0 to 1000000000000. */
                owed: number;
            }[];
        };
    };
    /** A member of the family, or who is invited, stands otherwise, or may do other things. Gate: svc.family. */
    "family.member": {
        /** The family. */
        family: string;
        /** Who stands otherwise; of dissolving the head. */
        member: string;
        /** Where the member stands now, or that the family is dissolving. */
        state: "invited" | "declined" | "active" | "left" | "removed" | "dissolving";
        /** The object, where it may be shown. */
        view?: {
            /** The family. */
            family: string;
            /** Dissolving: points go back to their owners in 72 hours. */
            status: "active" | "dissolving" | "dissolved";
            /** How many it may have. 2 to 11. */
            max_members: number;
            /** Rises with every change of the members. 1 to 9007199254740991. */
            version: number;
            /** When the points go back; null: it stays. RFC 3339, UTC. */
            dissolve_at: string | null;
            /** The members, the head first. Who is invited sees the head and the own row. 0 to 22 items. */
            members: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** True: somebody who has left for good. */
                former?: boolean;
                /** Head, adult or child. */
                role: "head" | "adult" | "child";
                /** Active; to the head also who is invited. */
                state: "invited" | "declined" | "active" | "left" | "removed" | "dissolving";
                /** True: may spend from the pool. */
                can_redeem: boolean;
                /** True: the other adults see when the member earns points. */
                share_activity: boolean;
                /** Since when; null: not yet. RFC 3339, UTC. */
                joined_at: string | null;
                /** What goes to the pool of each earning, seconds later; the caller's own. */
                contribution?: "manual" | "percent" | "all";
                /** How much of each earning, where the contribution is percent; the caller's own. 0 to 100. */
                percent?: number;
            }[];
            /** What they share; for adults. */
            pool?: {
                /** Points that can be spent now. 0 to 9007199254740991. */
                available: number;
                /** Points reserved by holds. 0 to 9007199254740991. */
                held: number;
                /** Version of the wallet; one more per ledger transaction. 0 to 9007199254740991. */
                ver: number;
            };
            /** The last changes of the pool and purchases of members who share theirs; for adults. 0 to 20 items. */
            activity?: {
                /** The ledger transaction. */
                tx: string;
                /** Its kind. */
                kind: "earn" | "mature" | "hold" | "capture" | "release" | "redeem" | "transfer" | "contribute" | "return_share" | "expire" | "adjust" | "reverse" | "forfeit" | "tier_earn" | "tier_reverse";
                /** What it did to the points that can be spent, or that are pending. -9007199254740991 to 9007199254740991. */
                amount: number;
                /** Who did it, where the member lets the others see that; null: not said. */
                member: string | null;
                /** True: a change of the pool; false: a purchase of a member. */
                pool: boolean;
                /** When. RFC 3339, UTC. */
                at: string;
            }[];
        };
    };
    /** The hub has found a difference that it will not mend, or somebody has dealt with one. Gate: staff. */
    "incident": {
        /** The incident. */
        incident: string;
        /** Opened or closed. */
        state: "open" | "closed";
        /** The object, where it may be shown. */
        view?: {
            /** When this was so. RFC 3339, UTC. */
            at: string;
            /** Open incidents, newest first. 0 to 20 items. */
            incidents: {
                /** The incident. */
                incident: string;
                /** What kind: the ledger does not add up, other seats are taken than a pool says, or a plan is not what its log and its expenses say. */
                kind: "ledger" | "seats" | "plans";
                /** What it is about: account, tx or pool, and its number. 1 to 40 characters. */
                object: string;
                /** True: the account was frozen for it. */
                frozen: boolean;
                /** What was found; nothing of it is mended. 0 to 20 items. */
                facts: {
                    /** Which invariant, I-03 say. 1 to 8 characters. */
                    invariant: string;
                    /** What breaks it: account, hold, tx or pool, and its number. 1 to 40 characters. */
                    object: string;
                    /** What it says. -9007199254740991 to 9007199254740991. */
                    found: number;
                    /** What it would have to say. -9007199254740991 to 9007199254740991. */
                    expected: number;
                }[];
                /** Since when it is known. RFC 3339, UTC. */
                opened_at: string;
                /** When it was closed; null: it is open. RFC 3339, UTC. */
                closed_at: string | null;
            }[];
            /** How many are open; counting ends at 1,000. 0 to 1000. */
            open_incidents: number;
            /** Workers that are alive. 0 to 9007199254740991. */
            nodes: number;
            /** Losses of permission that the slowest worker has not applied yet. 0 to 9007199254740991. */
            sys_lag: number;
            /** How late the jobs of the ledger are; correctness waits for none. */
            ledger: {
                /** Holds past their time; counting ends at 1,000. 0 to 1000. */
                holds_due: number;
                /** Since when the oldest of them is, in seconds. 0 to 9007199254740991. */
                holds_late_s: number;
                /** Lots past their expiry; counting ends at 1,000. 0 to 1000. */
                lots_due: number;
                /** Since when the oldest of them is, in seconds. 0 to 9007199254740991. */
                lots_late_s: number;
                /** What the reconciliation is doing. */
                reconcile: "idle" | "waiting" | "listing" | "accounts" | "transactions" | "seats";
                /** When the last one of new postings, or of everything, began. RFC 3339, UTC. */
                changed_at: string;
                /** When the last one of everything began. RFC 3339, UTC. */
                all_at: string;
            };
            /** What waits for the mailer. */
            messages: {
                /** Messages that could be sent; counting ends at 1,000. 0 to 1000. */
                queued: number;
                /** How long the oldest of them has waited, in seconds. 0 to 9007199254740991. */
                late_s: number;
            };
            /** What each job did last, by name. 0 to 200 items. */
            jobs: {
                /** The job. 1 to 64 characters. */
                job: string;
                /** When it last ran, to the minute. RFC 3339, UTC. */
                at: string;
                /** When it last had something to do; null: never. RFC 3339, UTC. */
                did_at: string | null;
                /** How many rows that were; null: never any. 1 to 9007199254740991. */
                did: number | null;
            }[];
            /** What runs. */
            versions: {
                /** The newest migration of the database. 1 to 9999. */
                migration: number;
                /** SHA-256 of its functions; null: unknown. 1 to 64 characters. */
                functions: string | null;
                /** Version of PostgreSQL. 1 to 64 characters. */
                database: string;
                /** Lineage of the database. 1 to 64 characters. */
                lineage: string;
            };
        };
    };
    /** A membership of the member has another state. Gate: svc.account. */
    "membership.changed": {
        /** The club. */
        club: string;
        /** Where the membership stands. */
        status: "applied" | "invited" | "active" | "paused" | "lapsed" | "left" | "expelled" | "declined";
        /** The object, where it may be shown. */
        view?: {
            /** The club. */
            club: string;
            /** Its name in addresses. 2 to 40 characters. */
            slug: string;
            /** Its name. 1 to 120 characters. */
            name: string;
            /** Where the membership stands. */
            status: "applied" | "invited" | "active" | "paused" | "lapsed" | "left" | "expelled" | "declined";
            /** What was joined. */
            track: {
                /** The track. */
                track: string;
                /** Its code. 1 to 64 characters. */
                code: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Whether it costs something, and how often. */
                fee_kind: "free" | "one_off" | "periodic";
            };
            /** The tier; null: not a member now. */
            tier: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Since when. RFC 3339, UTC. */
                since: string;
                /** Kept at least until then; null: no end is set. RFC 3339, UTC. */
                until: string | null;
            } | null;
            /** When it first became active; null: not yet. RFC 3339, UTC. */
            joined_at: string | null;
            /** Up to when the fee is paid; null: there is none. RFC 3339, UTC. */
            paid_until: string | null;
            /** Since when it is paused; null: it is not. RFC 3339, UTC. */
            paused_at: string | null;
            /** Days paused in this calendar year of the club. 0 to 184. */
            paused_days: number;
            /** Why the member is invited; null: is not, or nobody said. 1 to 1000 characters. */
            criterion: string | null;
            /** The dedicated agent; null: none. */
            agent: string | null;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
        };
    };
    /** A figure on the club's dashboard has changed. Gate: staff. */
    "metric.updated": {
        /** Which figure has changed. */
        metric: "applications" | "members" | "points";
    };
    /** A moderator, or reports alone, decided about something of the member's. Gate: legal.moderation. */
    "moderation.decision": {
        /** The decision. */
        decision: string;
        /** What was decided. */
        action: "none" | "restore" | "publish" | "hide" | "remove" | "silence" | "suspend" | "expel";
        /** In force, or what ended it. */
        state: "in_force" | "appeal" | "decision" | "until";
        /** The object, where it may be shown. */
        view?: {
            /** The decision. */
            decision: string;
            /** The club. */
            club: string;
            /** What it is about. */
            kind: "post" | "comment" | "member";
            /** Its number. */
            target: string;
            /** What was decided. */
            action: "none" | "restore" | "publish" | "hide" | "remove" | "silence" | "suspend" | "expel";
            /** Whether the terms of the club or the law were broken. */
            ground: "terms" | "illegal";
            /** Which clause; reports.<reason> of an automated one. 0 to 200 characters. */
            clause: string;
            /** On which facts; empty of an automated one. 0 to 4000 characters. */
            facts: string;
            /** True: reports brought it about, no person has looked yet. */
            automated: boolean;
            /** How many reports led to it. 0 to 1000000. */
            reports: number;
            /** What weighed most in them; null: nothing. */
            reason: "spam" | "abuse" | "illegal" | "privacy" | "off_topic" | "safety" | "other" | null;
            /** Until when it holds; null: no end is set. RFC 3339, UTC. */
            until: string | null;
            /** When it was taken. RFC 3339, UTC. */
            at: string;
            /** In force, or what ended it. */
            state: "in_force" | "appeal" | "decision" | "until";
            /** When it ended; null: it has not. RFC 3339, UTC. */
            ended_at: string | null;
            /** How to appeal; null: there is nothing to appeal against. */
            appeal: {
                /** The method to appeal with. 1 to 32 characters. */
                method: string;
                /** By when. RFC 3339, UTC. */
                until: string;
                /** Where the appeal stands. */
                state: "none" | "open" | "granted" | "denied";
                /** The appeal; null: none. */
                appeal: string | null;
                /** What it says; null: none. 1 to 4000 characters. */
                text: string | null;
                /** Why it was decided so; null: not yet. 1 to 4000 characters. */
                answer: string | null;
                /** When it was made; null: not. RFC 3339, UTC. */
                at: string | null;
                /** When it was decided; null: not yet. RFC 3339, UTC. */
                decided_at: string | null;
            } | null;
        };
    };
    /** A notification is new, or has happened once more; for the badge. Gate: svc.account or svc.points or svc.resv or svc.plan or svc.family or svc.support or svc.benefit or svc.feed or legal.privacy or legal.moderation or li.security. Whole state: only the newest counts. */
    "notify.added": {
        /** Its number among the member's. */
        id: string;
        /** What it tells. 1 to 24 characters. */
        type: string;
        /** What it is about, such as post:12. 0 to 80 characters. */
        target: string;
        /** How often this happened today. 1 to 1000000000. */
        count: number;
        /** How many are unread; counting ends at 1,000. 0 to 1000. */
        unread: number;
    };
    /** Notifications were marked as read, perhaps on another device. Gate: svc.account. Whole state: only the newest counts. */
    "notify.read": {
        /** Up to this number they are read; it only rises. 1 to 18 characters. */
        read_upto: string;
        /** How many are unread; counting ends at 1,000. 0 to 1000. */
        unread: number;
    };
    /** Another number of seats is left; at once when there are none, few or many, else four times a second at most. Gate: svc.feed. Whole state: only the newest counts. */
    "offer.availability": {
        /** The offer. */
        offer: string;
        /** All its classes. 0 to 20 items. */
        classes: {
            /** A class of the offer. */
            class: string;
            /** Whether there are units left. */
            level: "none" | "few" | "many";
        }[];
        /** The object, where it may be shown. */
        view?: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
        };
    };
    /** The offer is in another state, or something of it was changed. Gate: svc.feed. */
    "offer.changed": {
        /** The offer. */
        offer: string;
        /** Its state. */
        state: "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
        /** Its version. 1 to 9007199254740991. */
        version: number;
        /** The object, where it may be shown. */
        view?: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
        };
    };
    /** An offer is open for booking; after a draw with the seed of it. Gate: svc.feed. */
    "offer.opened": {
        /** The offer. */
        offer: string;
        /** The seed of the draw, in hexadecimal; null: the offer has no queue. 64 to 64 characters. */
        seed: string | null;
        /** The object, where it may be shown. */
        view?: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
        };
    };
    /** An offer is open for the member, who asked to be told. Gate: svc.resv. */
    "offer.reminder": {
        /** The offer. */
        offer: string;
        /** When it opened for the member. RFC 3339, UTC. */
        opens_at: string;
        /** The object, where it may be shown. */
        view?: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
        };
    };
    /** What everybody who is registered for an offer must know for their safety. Gate: legal.safety. */
    "offer.safety": {
        /** The offer. */
        offer: string;
        /** The notice. */
        notice: string;
        /** The object, where it may be shown. */
        view?: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
            /** The notice. */
            notice: {
                /** The notice. */
                notice: string;
                /** What everybody must know. 1 to 10000 characters. */
                body: string;
                /** When it was written. RFC 3339, UTC. */
                at: string;
            };
        };
    };
    /** A plan has another state, title, place or days, or is new. Gate: svc.plan. */
    "plan.changed": {
        /** The plan. */
        plan: string;
        /** Its state. */
        state: "draft" | "planning" | "locked" | "booked" | "travelling" | "done" | "cancelled";
        /** Its version. 1 to 9007199254740991. */
        version?: number;
        /** The object, where it may be shown. */
        view?: {
            /** The plan. */
            plan: string;
            /** Its club. */
            club: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** Where to; null: not said. 1 to 120 characters. */
            dest: string | null;
            /** First day, like 2027-05-31; null: open. 10 to 10 characters. */
            starts_on: string | null;
            /** Last day; null: open, or a single day. 10 to 10 characters. */
            ends_on: string | null;
            /** Zone of its days. 1 to 60 characters. */
            tz: string;
            /** Currency of its balances. 3 to 3 characters. */
            currency: string;
            /** Its state; travelling and done follow the days. */
            state: "draft" | "planning" | "locked" | "booked" | "travelling" | "done" | "cancelled";
            /** The last number in its log of changes. 0 to 9007199254740991. */
            op_seq: number;
            /** Its version, for plan.update. 1 to 9007199254740991. */
            version: number;
            /** When it was made. RFC 3339, UTC. */
            created_at: string;
        };
    };
    /** Somebody commented on a plan or one of its items, or a comment is gone. Gate: svc.plan. */
    "plan.comment": {
        /** The plan. */
        plan: string;
        /** The comment. */
        comment: string;
        /** The item it is about. */
        item?: string;
        /** New, or deleted. */
        state: "published" | "deleted";
        /** The object, where it may be shown. */
        view?: {
            /** The comment. */
            comment: string;
            /** Its plan. */
            plan: string;
            /** The item it is about. */
            item?: string;
            /** Who wrote it. */
            author: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** True: a member who has left for good. */
                former?: boolean;
            };
            /** Text. 1 to 2000 characters. */
            body: string;
            /** When it was written. RFC 3339, UTC. */
            at: string;
        };
    };
    /** An item of a plan was added, changed, moved, deleted or restored; the view is the item as it is now. Gate: svc.plan. */
    "plan.item_changed": {
        /** The plan. */
        plan: string;
        /** The item. */
        item: string;
        /** What happened to it. */
        change: "add" | "set" | "move" | "delete" | "restore";
        /** The fields set. 0 to 12 items. */
        set: ("kind" | "day" | "start_min" | "end_min" | "order_key" | "title" | "place" | "lat_micro" | "lon_micro" | "notes" | "assignees" | "offer")[];
        /** The version of the item that this made. 1 to 9007199254740991. */
        ver: number;
        /** Its number in the log of the plan. 1 to 9007199254740991. */
        op: number;
        /** Who did it; null: a poll. */
        by: string | null;
        /** The poll that did it. */
        poll?: string;
        /** The object, where it may be shown. */
        view?: {
            /** The item. */
            item: string;
            /** What it is. */
            kind: "transport" | "lodging" | "activity" | "meal" | "note" | "task";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Place among the items of its day: 0-9, A-Z, a-z, compared bytewise; equal ones go by id. 1 to 64 characters. */
            order_key: string;
            /** The day, like 2027-05-31. 10 to 10 characters. */
            day?: string;
            /** Its beginning in minutes of that day. 0 to 1439. */
            start_min?: number;
            /** Its end in minutes of that day. 0 to 2879. */
            end_min?: number;
            /** Where. 1 to 200 characters. */
            place?: string;
            /** Latitude in millionths of a degree; with lon_micro. -90000000 to 90000000. */
            lat_micro?: number;
            /** Longitude in millionths of a degree; with lat_micro. -180000000 to 180000000. */
            lon_micro?: number;
            /** Notes. 1 to 4000 characters. */
            notes?: string;
            /** Who of the plan takes part, where not all do. 0 to 50 items. */
            assignees: (string)[];
            /** The offer on it; offer.get tells it to those whom it is for. */
            offer?: string;
            /** Rises with every change; base of the next. 1 to 9007199254740991. */
            version: number;
            /** Who changed it last; of a poll, who opened it. Not told where it is cut. */
            updated_by?: string;
            /** When. Not told where it is cut. RFC 3339, UTC. */
            updated_at?: string;
            /** When it was deleted; restorable for 30 days. RFC 3339, UTC. */
            deleted_at?: string;
            /** True: notes go on, see plan.item_get. */
            notes_cut?: boolean;
            /** True: the plan is so full that only kind, day, place in order and the beginning of the title are told. */
            cut?: boolean;
        };
    };
    /** A member of a plan, or who is invited, stands otherwise, or may do other things. Gate: svc.plan. */
    "plan.member": {
        /** The plan. */
        plan: string;
        /** Who stands otherwise. */
        member: string;
        /** Where the member stands now. */
        state: "invited" | "joined" | "declined" | "left" | "removed";
        /** The member's role, or the last one. */
        role: "owner" | "editor" | "voter" | "viewer";
        /** The object, where it may be shown. */
        view?: {
            /** The row of that member in plan.get. */
            member?: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** True: somebody who has left for good. */
                former?: boolean;
                /** The real name, of who shows it here. 1 to 120 characters. */
                name?: string;
                /** The town, of who shows it here. 1 to 120 characters. */
                town?: string;
                /** What the member may do. */
                role: "owner" | "editor" | "voter" | "viewer";
                /** Joined; to those who may invite also who is invited. */
                state: "invited" | "joined" | "declined" | "left" | "removed";
                /** What the member shows here: the handle, or name and town too. */
                share_level: "handle" | "profile";
                /** Since when; null: not yet. RFC 3339, UTC. */
                joined_at: string | null;
                /** True: is asked to take the plan over. */
                is_asked: boolean;
            };
            /** Instead, to who is invited: what plan.invite_info answers. */
            invitation?: {
                /** What the plan is called. 1 to 120 characters. */
                title: string;
                /** Its first day; null: not said. 10 to 10 characters. */
                starts_on: string | null;
                /** Its last day; null: not said. 10 to 10 characters. */
                ends_on: string | null;
                /** How many are in it. 0 to 50. */
                members: number;
                /** The handle of who invites; null: not told. 1 to 24 characters. */
                inviter: string | null;
            };
        };
    };
    /** Something is proposed for a plan, or that was decided. Gate: svc.plan. */
    "plan.proposal": {
        /** The plan. */
        plan: string;
        /** The proposal. */
        proposal: string;
        /** Its state; stale: what it was to change has changed, or the plan is locked. */
        state: "open" | "accepted" | "rejected" | "withdrawn" | "stale";
        /** The object, where it may be shown. */
        view?: {
            /** The proposal. */
            proposal: string;
            /** Its plan. */
            plan: string;
            /** An item more, another or none, or other dates. */
            action: "add" | "change" | "remove" | "dates";
            /** The item it is about; null: none. */
            item: string | null;
            /** The version of the item its author saw; null: none. 1 to 9007199254740991. */
            base: number | null;
            /** What it sets; null clears a field. */
            set: {
                /** Kind of the item. */
                kind?: "transport" | "lodging" | "activity" | "meal" | "note" | "task";
                /** What it is. 1 to 120 characters. */
                title?: string;
                /** Its place among the others of the day. 1 to 64 characters. */
                order_key?: string;
                /** Its day, like 2027-05-31. 10 to 10 characters. */
                day?: string | null;
                /** Minute of the day it begins. 0 to 1439. */
                start_min?: number | null;
                /** Minute it ends, counted from the same midnight. 0 to 2879. */
                end_min?: number | null;
                /** Where. 1 to 200 characters. */
                place?: string | null;
                /** Latitude in millionths of a degree. -90000000 to 90000000. */
                lat_micro?: number | null;
                /** Longitude in millionths of a degree. -180000000 to 180000000. */
                lon_micro?: number | null;
                /** Notes. 1 to 4000 characters. */
                notes?: string | null;
                /** Who takes part; empty: everybody. 0 to 50 items. */
                assignees?: (string)[];
                /** First day of the journey; of dates. 10 to 10 characters. */
                starts_on?: string;
                /** Last day of the journey. 10 to 10 characters. */
                ends_on?: string;
            };
            /** The dates as they were when it was made. */
            was?: {
                /** First day. 10 to 10 characters. */
                starts_on: string | null;
                /** Last day. 10 to 10 characters. */
                ends_on: string | null;
            };
            /** True: the notes are longer; the event tells them all. */
            notes_cut?: boolean;
            /** Its state. */
            state: "open" | "accepted" | "rejected" | "withdrawn" | "stale";
            /** The poll that asks about it; null: none. */
            poll: string | null;
            /** Its author; null: somebody who is not in the plan any more. */
            by: string | null;
            /** When it was made. RFC 3339, UTC. */
            at: string;
            /** When it was decided; null: not yet. RFC 3339, UTC. */
            decided_at: string | null;
        };
    };
    /** Seats booked for a plan are near a price step of an offer, or have reached it; plan.threshold tells what it is worth to the caller. Gate: svc.plan. */
    "plan.threshold": {
        /** The plan. */
        plan: string;
        /** The offer. */
        offer: string;
        /** near: two seats are missing, or one; reached: prices went down. */
        level: "near" | "reached";
        /** The seats of the step. 1 to 1000000. */
        min_party: number;
    };
    /** A ledger transaction touched the wallet of the member, or the family's, for its adults; the newest tells all. Gate: svc.points or svc.family. Whole state: only the newest counts. */
    "points.changed": {
        /** Version of the wallet; one more per ledger transaction. 1 to 9007199254740991. */
        ver: number;
        /** Points that can be spent now. 0 to 9007199254740991. */
        available: number;
        /** Points reserved by holds. 0 to 9007199254740991. */
        held: number;
        /** Points in a return window. 0 to 9007199254740991. */
        pending: number;
        /** Change of all that is the member's: points, or tier points for tier_earn. -9007199254740991 to 9007199254740991. */
        delta: number;
        /** Kind of the ledger transaction. */
        kind: "earn" | "mature" | "hold" | "capture" | "release" | "redeem" | "transfer" | "contribute" | "return_share" | "expire" | "adjust" | "reverse" | "forfeit" | "tier_earn" | "tier_reverse";
        /** The ledger transaction. */
        ref: string;
        /** The object, where it may be shown. */
        view?: {
            /** Points that can be spent now. 0 to 9007199254740991. */
            available: number;
            /** Points reserved by holds. 0 to 9007199254740991. */
            held: number;
            /** Points in a return window. 0 to 9007199254740991. */
            pending: number;
            /** Shortfall of a claw-back; the next credits repay it first. -9007199254740991 to 0. */
            debt: number;
            /** Version of the wallet; only rises. 0 to 9007199254740991. */
            ver: number;
            /** True: staff, or an incident, lets no points leave the account. */
            frozen: boolean;
            /** The pool of the member's family; null: none, or a child of it. */
            family: {
                /** The family. */
                family: string;
                /** Points of its pool that can be spent now. 0 to 9007199254740991. */
                available: number;
            } | null;
            /** What expires when, soonest first. 0 to 24 items. */
            ladder: {
                /** Last day on which they can be spent, in the club's time zone. 10 to 10 characters. */
                on: string;
                /** Points that expire after that day. 1 to 9007199254740991. */
                points: number;
            }[];
            /** Points that expire after the days of the ladder. 0 to 9007199254740991. */
            later: number;
            /** Points that do not expire. 0 to 9007199254740991. */
            never: number;
            /** One per club: the tier and what the next one needs. 0 to 50 items. */
            next_tier: {
                /** The club. */
                club: string;
                /** Rank of the present tier. 0 to 1000. */
                rank: number;
                /** Name of the present tier. 1 to 120 characters. */
                name: string;
                /** Tier points that count in the present window. 0 to 9007199254740991. */
                tier_points: number;
                /** Rank of the next tier; null: there is none. 0 to 1000. */
                next_rank: number | null;
                /** Name of the next tier; null: there is none. 1 to 120 characters. */
                next_name: string | null;
                /** Tier points missing for it; null: there is none. 0 to 9007199254740991. */
                missing: number | null;
            }[];
        };
    };
    /** Points of the member expire 60, 30, 7 days or 1 day from now; at most one a day. Gate: svc.points. */
    "points.expiring": {
        /** Last day on which they can be spent, in the club's time zone. 10 to 10 characters. */
        on: string;
        /** How many expire after that day. 1 to 9007199254740991. */
        points: number;
        /** What they would buy; see benefit.get. 0 to 3 items. */
        benefits: (string)[];
        /** The object, where it may be shown. */
        view?: {
            /** Points that can be spent now. 0 to 9007199254740991. */
            available: number;
            /** Points reserved by holds. 0 to 9007199254740991. */
            held: number;
            /** Points in a return window. 0 to 9007199254740991. */
            pending: number;
            /** Shortfall of a claw-back; the next credits repay it first. -9007199254740991 to 0. */
            debt: number;
            /** Version of the wallet; only rises. 0 to 9007199254740991. */
            ver: number;
            /** True: staff, or an incident, lets no points leave the account. */
            frozen: boolean;
            /** The pool of the member's family; null: none, or a child of it. */
            family: {
                /** The family. */
                family: string;
                /** Points of its pool that can be spent now. 0 to 9007199254740991. */
                available: number;
            } | null;
            /** What expires when, soonest first. 0 to 24 items. */
            ladder: {
                /** Last day on which they can be spent, in the club's time zone. 10 to 10 characters. */
                on: string;
                /** Points that expire after that day. 1 to 9007199254740991. */
                points: number;
            }[];
            /** Points that expire after the days of the ladder. 0 to 9007199254740991. */
            later: number;
            /** Points that do not expire. 0 to 9007199254740991. */
            never: number;
            /** One per club: the tier and what the next one needs. 0 to 50 items. */
            next_tier: {
                /** The club. */
                club: string;
                /** Rank of the present tier. 0 to 1000. */
                rank: number;
                /** Name of the present tier. 1 to 120 characters. */
                name: string;
                /** Tier points that count in the present window. 0 to 9007199254740991. */
                tier_points: number;
                /** Rank of the next tier; null: there is none. 0 to 1000. */
                next_rank: number | null;
                /** Name of the next tier; null: there is none. 1 to 120 characters. */
                next_name: string | null;
                /** Tier points missing for it; null: there is none. 0 to 9007199254740991. */
                missing: number | null;
            }[];
        };
    };
    /** A poll of a plan was opened, voted in or closed; the votes of a secret one are told to the voter alone. Gate: svc.plan. */
    "poll.changed": {
        /** The plan. */
        plan: string;
        /** The poll. */
        poll: string;
        /** Its state; tied: the owner of the plan decides. */
        state: "open" | "tied" | "closed" | "cancelled";
        /** Rises with every change; not with the votes of a secret poll that is open. 1 to 9007199254740991. */
        version: number;
        /** The object, where it may be shown. */
        view?: {
            /** The poll. */
            poll: string;
            /** Its plan. */
            plan: string;
            /** Its kind. */
            kind: "single" | "multi" | "approval" | "dates";
            /** What is asked. 1 to 120 characters. */
            title: string;
            /** Its state. */
            state: "open" | "tied" | "closed" | "cancelled";
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** True: until it is closed nobody sees who or how many. */
            secret_until_close: boolean;
            /** So many must vote, else nothing comes of it. 1 to 100. */
            quorum: number;
            /** So many options at most; of multi. 1 to 20. */
            max_choices: number | null;
            /** Who decides between equal scores. */
            tie_rule: "owner" | "earliest_option";
            /** True: it closes as the last one votes. */
            close_when_all_voted: boolean;
            /** Votes count until then. RFC 3339, UTC. */
            closes_at: string;
            /** What closing it does; null: nothing. */
            on_close: {
                /** A proposal that is accepted when the first option wins, and rejected when another does. */
                apply_proposal?: string;
                /** True: the plan gets the dates that win; of polls on dates. */
                set_dates?: boolean;
            } | null;
            /** When it was closed; null: not yet. RFC 3339, UTC. */
            closed_at: string | null;
            /** What came of it; null: not yet. */
            result: {
                /** Decided; too few have voted; nothing had a score; tied; or ended by the plan, which was locked, cancelled or over. */
                outcome: "decided" | "no_quorum" | "none" | "tied" | "ended";
                /** The option that has won; null: none. */
                winner: string | null;
                /** What it did to the plan: nothing, what it was to do, turned the proposal down, found what it was to change changed, or could not. */
                effect: "none" | "applied" | "rejected" | "stale" | "refused";
                /** The options with the highest score; nothing wins that has none. 0 to 20 items. */
                best: (string)[];
            } | null;
            /** Who has opened it; null: somebody who is not in the plan any more. */
            by: string | null;
            /** So many have voted. 0 to 100. */
            voters?: number;
            /** What the caller has said. 0 to 20 items. */
            mine?: {
                /** An option of the poll. */
                option: string;
                /** Yes when left out; maybe and no in polls of approval and on dates. */
                choice?: "yes" | "maybe" | "no";
            }[];
            /** Its options; in plan.get not of polls that are closed. 2 to 20 items. */
            options?: {
                /** The option. */
                option: string;
                /** What it says. 1 to 60 characters. */
                label: string;
                /** First day; of polls on dates. 10 to 10 characters. */
                from?: string;
                /** Last day. 10 to 10 characters. */
                to?: string;
                /** So many are for it. 0 to 100. */
                yes?: number;
                /** So many may be. 0 to 100. */
                maybe?: number;
                /** So many are against it. 0 to 100. */
                no?: number;
                /** Votes; of approval and dates twice the yes and once the maybe. 0 to 200. */
                score?: number;
            }[];
        };
    };
    /** Somebody commented on a post. Gate: svc.feed or mkt.offers. */
    "post.comment": {
        /** The post. */
        post: string;
        /** The comment. */
        comment: string;
        /** The comment that it answers. */
        parent?: string;
        /** The object, where it may be shown. */
        view?: {
            /** The comment. */
            comment: string;
            /** Its post. */
            post: string;
            /** The comment that it answers; null: none. */
            parent: string | null;
            /** Who wrote it, as far as it may be shown. */
            author: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string | null;
                /** Real name, where com.profile allows it. 1 to 200 characters. */
                name?: string;
                /** Town, where com.profile allows it. 1 to 200 characters. */
                town?: string;
                /** Tier, where com.badge allows it. */
                tier?: {
                    /** Rank of the tier. 0 to 1000. */
                    rank: number;
                    /** Name of the tier. 1 to 120 characters. */
                    name: string;
                };
                /** True: a member who has left for good. */
                former?: boolean;
                /** True: staff of the club. */
                staff?: boolean;
            };
            /** Text. 1 to 2000 characters. */
            body: string;
            /** Handles in body that are links, in order. 0 to 50 items. */
            mentions: {
                /** The member. */
                member: string;
                /** The member's handle now. 1 to 24 characters. */
                handle: string;
                /** Where the @ stands in body, in code points from 0. 0 to 10000. */
                from: number;
                /** Where the text goes on after the handle. 1 to 10000. */
                to: number;
            }[];
            /** Rises with every edit; base of the next. 1 to 2000000000. */
            version: number;
            /** When it was written. RFC 3339, UTC. */
            at: string;
            /** When it was last edited; null: never. RFC 3339, UTC. */
            edited_at: string | null;
        };
    };
    /** The numbers of a post have changed; at most once a second, the newest tells all. Gate: svc.feed. Whole state: only the newest counts. */
    "post.counters": {
        /** The post. */
        post: string;
        /** Number of likes. 0 to 2000000000. */
        likes: number;
        /** Number of thanks. 0 to 2000000000. */
        thanks: number;
        /** Number of wows. 0 to 2000000000. */
        wow: number;
        /** Number of those going. 0 to 2000000000. */
        going: number;
        /** Number of comments. 0 to 2000000000. */
        comments: number;
    };
    /** A post has another text. Gate: svc.feed. */
    "post.edited": {
        /** The post. */
        post: string;
        /** The object, where it may be shown. */
        view?: {
            /** The post. */
            post: string;
            /** Its club. */
            club: string;
            /** What it is. */
            kind: "story" | "recommendation" | "question" | "announcement" | "article" | "offer_news" | "surprise_reveal";
            /** Who wrote it, as far as it may be shown. */
            author: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string | null;
                /** Real name, where com.profile allows it. 1 to 200 characters. */
                name?: string;
                /** Town, where com.profile allows it. 1 to 200 characters. */
                town?: string;
                /** Tier, where com.badge allows it. */
                tier?: {
                    /** Rank of the tier. 0 to 1000. */
                    rank: number;
                    /** Name of the tier. 1 to 120 characters. */
                    name: string;
                };
                /** True: a member who has left for good. */
                former?: boolean;
                /** True: staff of the club. */
                staff?: boolean;
            };
            /** Title; null: none. 1 to 120 characters. */
            title: string | null;
            /** Text. 1 to 10000 characters. */
            body: string;
            /** Handles in body that are links, in order. 0 to 50 items. */
            mentions: {
                /** The member. */
                member: string;
                /** The member's handle now. 1 to 24 characters. */
                handle: string;
                /** Where the @ stands in body, in code points from 0. 0 to 10000. */
                from: number;
                /** Where the text goes on after the handle. 1 to 10000. */
                to: number;
            }[];
            /** Pictures of the club. 0 to 10 items. */
            media: {
                /** Path of a picture that the club publishes. 2 to 300 characters. */
                path: string;
                /** What it shows, in words. 0 to 300 characters. */
                alt?: string;
            }[];
            /** Of a recommendation; null: none. 1 to 5. */
            rating: number | null;
            /** What a recommendation is about; null: none. 1 to 80 characters. */
            subject: string | null;
            /** Product category of offer news; null: none. */
            category: string | null;
            /** Whom it is for; null: the whole club. */
            audience: {
                /** Members of this tier or a higher one. 0 to 1000. */
                min_rank: number;
            } | null;
            /** Published, but for an author's own post that is not. */
            state: "pending" | "published" | "hidden" | "deleted";
            /** Rises with every edit; base of the next. 1 to 2000000000. */
            version: number;
            /** When it was published; null: not yet. RFC 3339, UTC. */
            published_at: string | null;
            /** When it was last edited; null: never. RFC 3339, UTC. */
            edited_at: string | null;
            /** Number of likes. 0 to 2000000000. */
            likes: number;
            /** Number of thanks. 0 to 2000000000. */
            thanks: number;
            /** Number of wows. 0 to 2000000000. */
            wow: number;
            /** Number of those going. 0 to 2000000000. */
            going: number;
            /** Number of comments. 0 to 2000000000. */
            comments: number;
        };
    };
    /** A post of a member, an announcement or offer news of the club, is in the feed. Gate: svc.account or svc.feed or mkt.offers. */
    "post.published": {
        /** The post. */
        post: string;
        /** The object, where it may be shown. */
        view?: {
            /** The post. */
            post: string;
            /** Its club. */
            club: string;
            /** What it is. */
            kind: "story" | "recommendation" | "question" | "announcement" | "article" | "offer_news" | "surprise_reveal";
            /** Who wrote it, as far as it may be shown. */
            author: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string | null;
                /** Real name, where com.profile allows it. 1 to 200 characters. */
                name?: string;
                /** Town, where com.profile allows it. 1 to 200 characters. */
                town?: string;
                /** Tier, where com.badge allows it. */
                tier?: {
                    /** Rank of the tier. 0 to 1000. */
                    rank: number;
                    /** Name of the tier. 1 to 120 characters. */
                    name: string;
                };
                /** True: a member who has left for good. */
                former?: boolean;
                /** True: staff of the club. */
                staff?: boolean;
            };
            /** Title; null: none. 1 to 120 characters. */
            title: string | null;
            /** Text. 1 to 10000 characters. */
            body: string;
            /** Handles in body that are links, in order. 0 to 50 items. */
            mentions: {
                /** The member. */
                member: string;
                /** The member's handle now. 1 to 24 characters. */
                handle: string;
                /** Where the @ stands in body, in code points from 0. 0 to 10000. */
                from: number;
                /** Where the text goes on after the handle. 1 to 10000. */
                to: number;
            }[];
            /** Pictures of the club. 0 to 10 items. */
            media: {
                /** Path of a picture that the club publishes. 2 to 300 characters. */
                path: string;
                /** What it shows, in words. 0 to 300 characters. */
                alt?: string;
            }[];
            /** Of a recommendation; null: none. 1 to 5. */
            rating: number | null;
            /** What a recommendation is about; null: none. 1 to 80 characters. */
            subject: string | null;
            /** Product category of offer news; null: none. */
            category: string | null;
            /** Whom it is for; null: the whole club. */
            audience: {
                /** Members of this tier or a higher one. 0 to 1000. */
                min_rank: number;
            } | null;
            /** Published, but for an author's own post that is not. */
            state: "pending" | "published" | "hidden" | "deleted";
            /** Rises with every edit; base of the next. 1 to 2000000000. */
            version: number;
            /** When it was published; null: not yet. RFC 3339, UTC. */
            published_at: string | null;
            /** When it was last edited; null: never. RFC 3339, UTC. */
            edited_at: string | null;
            /** Number of likes. 0 to 2000000000. */
            likes: number;
            /** Number of thanks. 0 to 2000000000. */
            thanks: number;
            /** Number of wows. 0 to 2000000000. */
            wow: number;
            /** Number of those going. 0 to 2000000000. */
            going: number;
            /** Number of comments. 0 to 2000000000. */
            comments: number;
        };
    };
    /** A post is gone. Gate: svc.account or svc.feed. */
    "post.removed": {
        /** The post. */
        post: string;
    };
    /** The member wants to be told in another way. Gate: svc.account. Whole state: only the newest counts. */
    "pref.changed": {
        /** The object, where it may be shown. */
        view?: {
            /** Language of messages. 2 to 2 characters. */
            locale: string;
            /** Time zone, as in Europe/Oslo. 1 to 64 characters. */
            tz: string;
            /** From then on no marketing leaves, HH:MM in that zone. 5 to 5 characters. */
            quiet_from: string;
            /** Until then; the same as quiet_from: no quiet hours. 5 to 5 characters. */
            quiet_to: string;
            /** Channels of service messages; not consents. 0 to 40 items. */
            topics: {
                /** What it is about. 1 to 24 characters. */
                topic: string;
                /** True: one channel beside the app stays on. */
                essential: boolean;
                /** Those that one can choose. 0 to 4 items. */
                channels: {
                    /** The channel. */
                    channel: "inapp" | "push" | "email" | "sms";
                    /** True: the member is told there. */
                    enabled: boolean;
                }[];
            }[];
        };
    };
    /** The member has changed their profile. Gate: svc.account. */
    "profile.changed": {
        /** The version of the profile. 1 to 9007199254740991. */
        version: number;
        /** The object, where it may be shown. */
        view?: {
            /** The member. */
            member: string;
            /** The name in clubs; null: none yet. 3 to 24 characters. */
            handle: string | null;
            /** The real name; null: not told. 1 to 120 characters. */
            name: string | null;
            /** The town; null: not told. 1 to 120 characters. */
            town: string | null;
            /** The address one signs in with; null: none. 3 to 320 characters. */
            email: string | null;
            /** True: a code sent there came back. */
            email_verified: boolean;
            /** The language. 2 to 16 characters. */
            locale: string;
            /** The time zone. 1 to 64 characters. */
            tz: string;
            /** ISO 3166 code; null: not told. 2 to 2 characters. */
            country: string | null;
            /** True: a minor. */
            under_18: boolean;
            /** True: a guardian decides about consent. */
            under_consent_age: boolean;
            /** What one likes. 0 to 50 items. */
            interests: (string)[];
            /** Rises with every change; the next base. 1 to 9007199254740991. */
            version: number;
        };
    };
    /** A ticket has moved: at most every ten seconds, and at once when it is admitted. Gate: svc.resv. Whole state: only the newest counts. */
    "queue.position": {
        /** The offer. */
        offer: string;
        /** The ticket. */
        ticket: string;
        /** True: drawn with those who came before the public opening. */
        early: boolean;
        /** Where it stands; expired: not used in time, or not to be used any more. */
        state: "queued" | "admitted" | "used" | "expired" | "left";
        /** How many have their turn until this one has, itself included; it never grows.  Null before the draw, and of a ticket that does not wait. 1 to 9007199254740991. */
        position: number | null;
        /** Seconds until then at the rate that is measured, rounded up to 30; null: not known. 0 to 86400. */
        estimate_s: number | null;
        /** Until then it is good for reservation.hold; null unless admitted. RFC 3339, UTC. */
        admitted_until: string | null;
    };
    /** The list of early tickets is closed; the seed follows with offer.opened. Gate: svc.feed. */
    "queue.sealed": {
        /** The offer. */
        offer: string;
        /** How many early tickets there are. 0 to 9007199254740991. */
        count: number;
        /** SHA-256 of their numbers, ascending, joined by commas; in hexadecimal. 64 to 64 characters. */
        sha256: string;
        /** The object, where it may be shown. */
        view?: {
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Its product category; null: none. */
            category: string | null;
            /** What it is. */
            kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
            organiser_name: string;
            /** Its state. */
            state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
            /** True: not for the whole club. */
            closed: boolean;
            /** Least age in years; null: any. 1 to 120. */
            min_age: number | null;
            /** When it begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** When booking opens for all. RFC 3339, UTC. */
            public_open_at: string;
            /** When booking closes. RFC 3339, UTC. */
            booking_close_at: string;
            /** Until then seats can be named. RFC 3339, UTC. */
            name_deadline: string;
            /** Whether one can join the waiting list. */
            waitlist: "open" | "paused" | "closed";
            /** ISO 4217 code of its prices. 3 to 3 characters. */
            currency: string;
            /** True: what has a price in points can be paid in points. */
            points_allowed: boolean;
            /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
            cancel_policy: {
                /** Cancelled so many hours before the start, or more. 0 to 8760. */
                hours_before: number;
                /** So many millionths of the price are given back. 0 to 1000000. */
                refund_ppm: number;
            }[];
            /** Prices for parties and for tiers. 0 to 20 items. */
            steps: {
                /** For so many persons, or more. 1 to 600. */
                min_party: number;
                /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
                min_rank?: number;
                /** Millionths off the price. 0 to 1000000. */
                discount_ppm: number;
            }[];
            /** Its on-sale queue; null: it has none, or not yet. */
            queue: {
                /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
                seed_hash: string;
                /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
                sealed_at: string | null;
                /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
                count: number | null;
                /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
                sha256: string | null;
                /** The seed; null: not yet drawn. 64 to 64 characters. */
                seed: string | null;
                /** From then on one may join. RFC 3339, UTC. */
                joins_from: string;
                /** How many are admitted per second, at most. 1 to 1000. */
                rate: number;
            } | null;
            /** What can be booked. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** So many persons a unit seats. 1 to 12. */
                persons: number;
                /** Of a unit. */
                price: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Of a unit in points; null: money only. 1 to 9007199254740991. */
                points_price: number | null;
                /** Whether there are units left. */
                level: "none" | "few" | "many";
                /** How many are left. 0 to 100000. */
                free: number;
            }[];
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** Text; null: none. 1 to 10000 characters. */
            body: string | null;
        };
    };
    /** A report of the member's was decided. Gate: legal.moderation. */
    "report.closed": {
        /** The report. */
        report: string;
        /** What it was about. */
        kind: "post" | "comment" | "member";
        /** Its number. */
        target: string;
        /** What came of it; gone: the author had deleted it. */
        outcome: "action_taken" | "no_action" | "gone";
    };
    /** A case is off the moderators' queue. Gate: staff. */
    "report.decided": {
        /** What it was about. */
        kind: "post" | "comment" | "member";
        /** Its number. */
        target: string;
        /** The decision. */
        decision: string;
        /** What was decided. */
        action: "none" | "restore" | "publish" | "hide" | "remove" | "silence" | "suspend" | "expel";
    };
    /** A case in the moderators' queue is new, heavier or late. Gate: staff. Whole state: only the newest counts. */
    "report.new": {
        /** Why it is in the queue. */
        case: "report" | "pending" | "appeal";
        /** What it is about. */
        kind: "post" | "comment" | "member";
        /** Its number. */
        target: string;
        /** What its open reports weigh, in thousandths. 0 to 9007199254740991. */
        weight: number;
        /** True: half of its time has passed. */
        reminder: boolean;
        /** The object, where it may be shown. */
        view?: {
            /** Why it is in the queue. */
            case: "report" | "pending" | "appeal";
            /** What it is about. */
            kind: "post" | "comment" | "member";
            /** Its number. */
            target: string;
            /** The club. */
            club: string;
            /** State of the post or comment; status of the member. 1 to 16 characters. */
            state: string;
            /** True: content of the club itself. */
            staff: boolean;
            /** Open reports. 0 to 1000000. */
            reports: number;
            /** What they weigh together, in thousandths. 0 to 9007199254740991. */
            weight: number;
            /** The same times the factors of their reasons. 0 to 9007199254740991. */
            score: number;
            /** The reasons given, the most frequent first. 0 to 7 items. */
            reasons: {
                /** A reason. */
                reason: "spam" | "abuse" | "illegal" | "privacy" | "off_topic" | "safety" | "other";
                /** Open reports that give it. 1 to 1000000. */
                count: number;
            }[];
            /** The decision in force, or appealed against; null: none. */
            decision: string | null;
            /** True: no person took that decision. */
            automated: boolean | null;
            /** The appeal to decide; null: none. */
            appeal: string | null;
            /** When it came in. RFC 3339, UTC. */
            first_at: string;
            /** By when it is to be decided. RFC 3339, UTC. */
            due_at: string;
            /** True: that has passed. */
            overdue: boolean;
        };
    };
    /** A reservation in which the member has a part is in another state, or something of it was changed. Gate: svc.resv. */
    "resv.changed": {
        /** The reservation. */
        resv: string;
        /** Its state now. */
        state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
        /** When a hold ends; null: it is none. RFC 3339, UTC. */
        expires_at: string | null;
        /** The object, where it may be shown. */
        view?: {
            /** The reservation. */
            reservation: string;
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Title of the offer. 1 to 120 characters. */
            title: string;
            /** Who sells it. 1 to 120 characters. */
            organiser_name: string;
            /** When the offer begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** Who made the reservation. */
            by: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** True: a member who has left for good. */
                former?: boolean;
            };
            /** Its state now. */
            state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
            /** Persons in all. 0 to 6000. */
            persons: number;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** A row per seat once it is confirmed: all to the organiser; those accepted to who has accepted one; the own to who is invited. 0 to 6000 items. */
            party: {
                /** Its number in the reservation. 1 to 6000. */
                seat: number;
                /** Its class. */
                class: string;
                /** Its unit among those of the class. 1 to 50. */
                unit: number;
                /** Whether somebody is named for it, and has accepted. */
                state: "unnamed" | "invited" | "accepted" | "declined" | "checked_in" | "no_show" | "cancelled";
                /** The member named for it. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string | null;
                /** True: somebody who has left for good. */
                former?: boolean;
                /** Somebody else, to the organiser. 1 to 60 characters. */
                guest?: string;
                /** Its share of the price, to the organiser. */
                price?: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Its share in points, to the organiser. 0 to 9007199254740991. */
                price_points?: number;
            }[];
            /** The plan that it is part of, to the organiser and who has joined the plan. */
            plan?: string;
            /** How it was made, to the organiser. */
            source?: "direct" | "waitlist" | "staff";
            /** When a hold ends, to the organiser. RFC 3339, UTC. */
            expires_at?: string | null;
            /** True: a hold has been extended, to the organiser. */
            extended?: boolean;
            /** What is reserved, to the organiser. 1 to 10 items. */
            items?: {
                /** The class. */
                class: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** Units; 0: all of them were cancelled. 0 to 50. */
                qty: number;
                /** How many of them are paid in points. 0 to 50. */
                points_qty: number;
                /** Price of a unit in money, before the discount. */
                unit: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Price of a unit in points. 1 to 9007199254740991. */
                unit_points: number | null;
                /** Persons that a unit seats. 1 to 12. */
                persons: number;
            }[];
            /** The discount, in millionths, to the organiser. 0 to 1000000. */
            discount_ppm?: number;
            /** What it costs in money, to the organiser. */
            total?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** What it costs in points, to the organiser. 0 to 9007199254740991. */
            points?: number;
            /** Money paid, to the organiser. */
            paid?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Money given back, to the organiser. */
            refunded?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** When it was made, to the organiser. RFC 3339, UTC. */
            created_at?: string;
        };
    };
    /** The member is named for a seat that somebody else has booked, or not any more. Gate: svc.resv. */
    "resv.invited": {
        /** The reservation. */
        resv: string;
        /** The seat's number in it. 1 to 6000. */
        seat: number;
        /** Whether the member is named for it, or not any more: renamed or cancelled. */
        state: "invited" | "withdrawn";
        /** The object, where it may be shown. */
        view?: {
            /** The reservation. */
            reservation: string;
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Title of the offer. 1 to 120 characters. */
            title: string;
            /** Who sells it. 1 to 120 characters. */
            organiser_name: string;
            /** When the offer begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** Who made the reservation. */
            by: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** True: a member who has left for good. */
                former?: boolean;
            };
            /** Its state now. */
            state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
            /** Persons in all. 0 to 6000. */
            persons: number;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** A row per seat once it is confirmed: all to the organiser; those accepted to who has accepted one; the own to who is invited. 0 to 6000 items. */
            party: {
                /** Its number in the reservation. 1 to 6000. */
                seat: number;
                /** Its class. */
                class: string;
                /** Its unit among those of the class. 1 to 50. */
                unit: number;
                /** Whether somebody is named for it, and has accepted. */
                state: "unnamed" | "invited" | "accepted" | "declined" | "checked_in" | "no_show" | "cancelled";
                /** The member named for it. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string | null;
                /** True: somebody who has left for good. */
                former?: boolean;
                /** Somebody else, to the organiser. 1 to 60 characters. */
                guest?: string;
                /** Its share of the price, to the organiser. */
                price?: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Its share in points, to the organiser. 0 to 9007199254740991. */
                price_points?: number;
            }[];
            /** The plan that it is part of, to the organiser and who has joined the plan. */
            plan?: string;
            /** How it was made, to the organiser. */
            source?: "direct" | "waitlist" | "staff";
            /** When a hold ends, to the organiser. RFC 3339, UTC. */
            expires_at?: string | null;
            /** True: a hold has been extended, to the organiser. */
            extended?: boolean;
            /** What is reserved, to the organiser. 1 to 10 items. */
            items?: {
                /** The class. */
                class: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** Units; 0: all of them were cancelled. 0 to 50. */
                qty: number;
                /** How many of them are paid in points. 0 to 50. */
                points_qty: number;
                /** Price of a unit in money, before the discount. */
                unit: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Price of a unit in points. 1 to 9007199254740991. */
                unit_points: number | null;
                /** Persons that a unit seats. 1 to 12. */
                persons: number;
            }[];
            /** The discount, in millionths, to the organiser. 0 to 1000000. */
            discount_ppm?: number;
            /** What it costs in money, to the organiser. */
            total?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** What it costs in points, to the organiser. 0 to 9007199254740991. */
            points?: number;
            /** Money paid, to the organiser. */
            paid?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Money given back, to the organiser. */
            refunded?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** When it was made, to the organiser. RFC 3339, UTC. */
            created_at?: string;
        };
    };
    /** A payment between two participants is marked as paid, confirmed or disputed; to both and to the plan. Gate: svc.plan. */
    "settlement.changed": {
        /** The plan. */
        plan: string;
        /** The settlement. */
        settlement: string;
        /** Its state now. */
        state: "marked_paid" | "confirmed" | "disputed";
        /** The object, where it may be shown. */
        view?: {
            /** The settlement. */
            settlement: string;
            /** The plan. */
            plan: string;
            /** Who pays. */
            payer: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                former?: number;
            };
            /** Who is paid. */
            payee: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                former?: number;
            };
            /** How much, in the currency of the plan. */
            amount: {
                /** Amount in minor units. 1 to 1000000000000. */
                minor: number;
                /** ISO 4217 code. 3 to 3 characters. */
                cur: string;
            };
            /** Only confirmed ones change balances. */
            state: "marked_paid" | "confirmed" | "disputed";
            /** When it was marked as paid. RFC 3339, UTC. */
            at: string;
            /** When the payee answered; null: not yet. RFC 3339, UTC. */
            decided_at: string | null;
        };
    };
    /** Nobody came for a reservation of the member's, and that counts for a year. Gate: svc.account. */
    "strike.added": {
        /** The reservation. */
        resv: string;
        /** Where the strike stands; all but waived count. */
        state: "active" | "disputed" | "waived" | "upheld" | "expired";
        /** The object, where it may be shown. */
        view?: {
            /** The reservation. */
            reservation: string;
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Title of the offer. 1 to 120 characters. */
            title: string;
            /** Who sells it. 1 to 120 characters. */
            organiser_name: string;
            /** When the offer begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** Who made the reservation. */
            by: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** True: a member who has left for good. */
                former?: boolean;
            };
            /** Its state now. */
            state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
            /** Persons in all. 0 to 6000. */
            persons: number;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** A row per seat once it is confirmed: all to the organiser; those accepted to who has accepted one; the own to who is invited. 0 to 6000 items. */
            party: {
                /** Its number in the reservation. 1 to 6000. */
                seat: number;
                /** Its class. */
                class: string;
                /** Its unit among those of the class. 1 to 50. */
                unit: number;
                /** Whether somebody is named for it, and has accepted. */
                state: "unnamed" | "invited" | "accepted" | "declined" | "checked_in" | "no_show" | "cancelled";
                /** The member named for it. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string | null;
                /** True: somebody who has left for good. */
                former?: boolean;
                /** Somebody else, to the organiser. 1 to 60 characters. */
                guest?: string;
                /** Its share of the price, to the organiser. */
                price?: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Its share in points, to the organiser. 0 to 9007199254740991. */
                price_points?: number;
            }[];
            /** The plan that it is part of, to the organiser and who has joined the plan. */
            plan?: string;
            /** How it was made, to the organiser. */
            source?: "direct" | "waitlist" | "staff";
            /** When a hold ends, to the organiser. RFC 3339, UTC. */
            expires_at?: string | null;
            /** True: a hold has been extended, to the organiser. */
            extended?: boolean;
            /** What is reserved, to the organiser. 1 to 10 items. */
            items?: {
                /** The class. */
                class: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** Units; 0: all of them were cancelled. 0 to 50. */
                qty: number;
                /** How many of them are paid in points. 0 to 50. */
                points_qty: number;
                /** Price of a unit in money, before the discount. */
                unit: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Price of a unit in points. 1 to 9007199254740991. */
                unit_points: number | null;
                /** Persons that a unit seats. 1 to 12. */
                persons: number;
            }[];
            /** The discount, in millionths, to the organiser. 0 to 1000000. */
            discount_ppm?: number;
            /** What it costs in money, to the organiser. */
            total?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** What it costs in points, to the organiser. 0 to 9007199254740991. */
            points?: number;
            /** Money paid, to the organiser. */
            paid?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Money given back, to the organiser. */
            refunded?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** When it was made, to the organiser. RFC 3339, UTC. */
            created_at?: string;
        };
    };
    /** A strike is disputed, was decided about, or counts no more. Gate: svc.account. */
    "strike.changed": {
        /** The reservation. */
        resv: string;
        /** Where the strike stands; all but waived count. */
        state: "active" | "disputed" | "waived" | "upheld" | "expired";
        /** The object, where it may be shown. */
        view?: {
            /** The reservation. */
            reservation: string;
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Title of the offer. 1 to 120 characters. */
            title: string;
            /** Who sells it. 1 to 120 characters. */
            organiser_name: string;
            /** When the offer begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** Who made the reservation. */
            by: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** True: a member who has left for good. */
                former?: boolean;
            };
            /** Its state now. */
            state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
            /** Persons in all. 0 to 6000. */
            persons: number;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** A row per seat once it is confirmed: all to the organiser; those accepted to who has accepted one; the own to who is invited. 0 to 6000 items. */
            party: {
                /** Its number in the reservation. 1 to 6000. */
                seat: number;
                /** Its class. */
                class: string;
                /** Its unit among those of the class. 1 to 50. */
                unit: number;
                /** Whether somebody is named for it, and has accepted. */
                state: "unnamed" | "invited" | "accepted" | "declined" | "checked_in" | "no_show" | "cancelled";
                /** The member named for it. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string | null;
                /** True: somebody who has left for good. */
                former?: boolean;
                /** Somebody else, to the organiser. 1 to 60 characters. */
                guest?: string;
                /** Its share of the price, to the organiser. */
                price?: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Its share in points, to the organiser. 0 to 9007199254740991. */
                price_points?: number;
            }[];
            /** The plan that it is part of, to the organiser and who has joined the plan. */
            plan?: string;
            /** How it was made, to the organiser. */
            source?: "direct" | "waitlist" | "staff";
            /** When a hold ends, to the organiser. RFC 3339, UTC. */
            expires_at?: string | null;
            /** True: a hold has been extended, to the organiser. */
            extended?: boolean;
            /** What is reserved, to the organiser. 1 to 10 items. */
            items?: {
                /** The class. */
                class: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** Units; 0: all of them were cancelled. 0 to 50. */
                qty: number;
                /** How many of them are paid in points. 0 to 50. */
                points_qty: number;
                /** Price of a unit in money, before the discount. */
                unit: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Price of a unit in points. 1 to 9007199254740991. */
                unit_points: number | null;
                /** Persons that a unit seats. 1 to 12. */
                persons: number;
            }[];
            /** The discount, in millionths, to the organiser. 0 to 1000000. */
            discount_ppm?: number;
            /** What it costs in money, to the organiser. */
            total?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** What it costs in points, to the organiser. 0 to 9007199254740991. */
            points?: number;
            /** Money paid, to the organiser. */
            paid?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Money given back, to the organiser. */
            refunded?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** When it was made, to the organiser. RFC 3339, UTC. */
            created_at?: string;
        };
    };
    /** The member has another tier in a club, or has kept the one there was. Gate: svc.account. */
    "tier.changed": {
        /** The club. */
        club: string;
        /** Rank of the tier before. 0 to 1000. */
        from: number;
        /** Rank of the tier now; the same: it was kept. 0 to 1000. */
        to: number;
        /** Kept at least until then; null: no end is set. RFC 3339, UTC. */
        until: string | null;
        /** Tier points missing for the next one; null: there is none. 0 to 9007199254740991. */
        missing: number | null;
        /** The object, where it may be shown. */
        view?: {
            /** The club. */
            club: string;
            /** The tier. */
            tier: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
            };
            /** Since when. RFC 3339, UTC. */
            since: string;
            /** Kept at least until then; null: no end is set. RFC 3339, UTC. */
            until: string | null;
            /** Tier points in the window. -9007199254740991 to 9007199254740991. */
            counted_tp: number;
            /** The days on which tier points count. */
            window: {
                /** The last months; or the period since the day of joining; or that of the calendar. */
                kind: "rolling" | "anniversary" | "calendar";
                /** Its first day begins, in the zone of the club. RFC 3339, UTC. */
                from: string;
                /** Its last day is over; of a rolling one today. RFC 3339, UTC. */
                to: string;
            };
            /** The next tier that the member can rise to; null: there is none. */
            next: {
                /** Its rank. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Tier points in the window that it takes. 0 to 9007199254740991. */
                qualify_tp: number;
            } | null;
            /** Tier points missing for it; null: there is none. 0 to 9007199254740991. */
            need_next: number | null;
            /** Tier points that count for keeping the tier; null: it has no end. -9007199254740991 to 9007199254740991. */
            kept_tp: number | null;
            /** Tier points missing to keep it; null: it has no end. 0 to 9007199254740991. */
            need_keep: number | null;
            /** When it is decided whether it is kept, days of grace included; null: it has no end. RFC 3339, UTC. */
            next_check: string | null;
        };
    };
    /** A tier of the member's ends in 60, 30 or 7 days, and points are missing to keep it. Gate: svc.account. */
    "tier.warning": {
        /** The club. */
        club: string;
        /** Rank of the tier. 0 to 1000. */
        from: number;
        /** Rank of the one that the member would have then. 0 to 1000. */
        to: number;
        /** When the tier ends; days of grace follow. RFC 3339, UTC. */
        until: string;
        /** Tier points missing to keep it. 1 to 9007199254740991. */
        missing: number;
        /** The object, where it may be shown. */
        view?: {
            /** The club. */
            club: string;
            /** The tier. */
            tier: {
                /** Its rank, from 0. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
            };
            /** Since when. RFC 3339, UTC. */
            since: string;
            /** Kept at least until then; null: no end is set. RFC 3339, UTC. */
            until: string | null;
            /** Tier points in the window. -9007199254740991 to 9007199254740991. */
            counted_tp: number;
            /** The days on which tier points count. */
            window: {
                /** The last months; or the period since the day of joining; or that of the calendar. */
                kind: "rolling" | "anniversary" | "calendar";
                /** Its first day begins, in the zone of the club. RFC 3339, UTC. */
                from: string;
                /** Its last day is over; of a rolling one today. RFC 3339, UTC. */
                to: string;
            };
            /** The next tier that the member can rise to; null: there is none. */
            next: {
                /** Its rank. 0 to 1000. */
                rank: number;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Tier points in the window that it takes. 0 to 9007199254740991. */
                qualify_tp: number;
            } | null;
            /** Tier points missing for it; null: there is none. 0 to 9007199254740991. */
            need_next: number | null;
            /** Tier points that count for keeping the tier; null: it has no end. -9007199254740991 to 9007199254740991. */
            kept_tp: number | null;
            /** Tier points missing to keep it; null: it has no end. 0 to 9007199254740991. */
            need_keep: number | null;
            /** When it is decided whether it is kept, days of grace included; null: it has no end. RFC 3339, UTC. */
            next_check: string | null;
        };
    };
    /** Another member offers points. Gate: svc.points. */
    "transfer.offered": {
        /** The offer. */
        hold: string;
        /** How many points. 1 to 20000. */
        amount: number;
        /** Who offers them. */
        from: string;
        /** When the offer lapses. RFC 3339, UTC. */
        expires_at: string;
        /** The object, where it may be shown. */
        view?: {
            /** The offer. */
            hold: string;
            /** How many points. 1 to 20000. */
            amount: number;
            /** Who offers them. */
            from: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** True: a member who has left for good. */
                former?: boolean;
            };
            /** What has become of it. */
            state: "offered" | "accepted" | "declined" | "lapsed";
            /** When the offer lapses. RFC 3339, UTC. */
            expires_at: string;
        };
    };
    /** A voucher was cancelled, has expired, or was given by or to the member. Gate: svc.benefit. */
    "voucher.changed": {
        /** The voucher. */
        voucher: string;
        /** The object, where it may be shown. */
        view?: {
            /** A voucher that is held, or a benefit that is offered. */
            what: "voucher" | "benefit";
            /** The benefit. */
            benefit: string;
            /** The club. */
            club: string;
            /** What it is. */
            kind: "discount" | "gift" | "service" | "access" | "voucher";
            /** Its title. 1 to 120 characters. */
            title: string;
            /** What holds for it. 1 to 4000 characters. */
            terms: string;
            /** With a code, by the app or by the card. */
            how: "code" | "app" | "card";
            /** Its price; a voucher is paid. 0 to 1000000000. */
            cost_points: number;
            /** True: now, as it is. */
            usable: boolean;
            /** Why not. 0 to 7 items. */
            reasons: ("TIER_TOO_LOW" | "NOT_ENOUGH_POINTS" | "OUT_OF_STOCK" | "NEEDS_BOOKING" | "NOT_YET" | "ENDED" | "PER_MEMBER_LIMIT")[];
            /** The rank it takes; null: the tier is high enough. 1 to 1000. */
            need_rank: number | null;
            /** Points that are missing; null: there are enough. 1 to 1000000000. */
            missing_points: number | null;
            /** From then on; null: at once. RFC 3339, UTC. */
            from: string | null;
            /** Until then; null: no end is set. RFC 3339, UTC. */
            until: string | null;
            /** Where; null: at the club. */
            partner: {
                /** The partner. */
                partner: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Where it is; null: not said. 1 to 120 characters. */
                town: string | null;
                /** ISO 3166 code; null: not said. 2 to 2 characters. */
                country: string | null;
                /** Its page; null: none. 8 to 300 characters. */
                url: string | null;
            } | null;
            /** The voucher. */
            voucher?: string;
            /** Where the voucher stands; given: away, by the reader. */
            state?: "issued" | "redeemed" | "expired" | "cancelled" | "given";
            /** How the voucher came to be. */
            cause?: "purchase" | "welcome" | "surprise" | "tier" | "goodwill";
            /** Who gave the voucher; null: nobody did. */
            giver?: {
                /** The member. */
                member?: string;
                /** The member's handle; null: none. 3 to 24 characters. */
                handle?: string | null;
                /** True: a member who has left for good. */
                former?: boolean;
            } | null;
        };
    };
    /** A voucher of the member's ends in 30 days or in 7. Gate: svc.benefit. */
    "voucher.expiring": {
        /** The voucher. */
        voucher: string;
        /** So many days are left at most: 30 or 7. 7 to 30. */
        days: number;
        /** The object, where it may be shown. */
        view?: {
            /** A voucher that is held, or a benefit that is offered. */
            what: "voucher" | "benefit";
            /** The benefit. */
            benefit: string;
            /** The club. */
            club: string;
            /** What it is. */
            kind: "discount" | "gift" | "service" | "access" | "voucher";
            /** Its title. 1 to 120 characters. */
            title: string;
            /** What holds for it. 1 to 4000 characters. */
            terms: string;
            /** With a code, by the app or by the card. */
            how: "code" | "app" | "card";
            /** Its price; a voucher is paid. 0 to 1000000000. */
            cost_points: number;
            /** True: now, as it is. */
            usable: boolean;
            /** Why not. 0 to 7 items. */
            reasons: ("TIER_TOO_LOW" | "NOT_ENOUGH_POINTS" | "OUT_OF_STOCK" | "NEEDS_BOOKING" | "NOT_YET" | "ENDED" | "PER_MEMBER_LIMIT")[];
            /** The rank it takes; null: the tier is high enough. 1 to 1000. */
            need_rank: number | null;
            /** Points that are missing; null: there are enough. 1 to 1000000000. */
            missing_points: number | null;
            /** From then on; null: at once. RFC 3339, UTC. */
            from: string | null;
            /** Until then; null: no end is set. RFC 3339, UTC. */
            until: string | null;
            /** Where; null: at the club. */
            partner: {
                /** The partner. */
                partner: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Where it is; null: not said. 1 to 120 characters. */
                town: string | null;
                /** ISO 3166 code; null: not said. 2 to 2 characters. */
                country: string | null;
                /** Its page; null: none. 8 to 300 characters. */
                url: string | null;
            } | null;
            /** The voucher. */
            voucher?: string;
            /** Where the voucher stands; given: away, by the reader. */
            state?: "issued" | "redeemed" | "expired" | "cancelled" | "given";
            /** How the voucher came to be. */
            cause?: "purchase" | "welcome" | "surprise" | "tier" | "goodwill";
            /** Who gave the voucher; null: nobody did. */
            giver?: {
                /** The member. */
                member?: string;
                /** The member's handle; null: none. 3 to 24 characters. */
                handle?: string | null;
                /** True: a member who has left for good. */
                former?: boolean;
            } | null;
        };
    };
    /** The member has a new voucher; its code is asked for. Gate: svc.benefit. */
    "voucher.issued": {
        /** The voucher. */
        voucher: string;
        /** The object, where it may be shown. */
        view?: {
            /** A voucher that is held, or a benefit that is offered. */
            what: "voucher" | "benefit";
            /** The benefit. */
            benefit: string;
            /** The club. */
            club: string;
            /** What it is. */
            kind: "discount" | "gift" | "service" | "access" | "voucher";
            /** Its title. 1 to 120 characters. */
            title: string;
            /** What holds for it. 1 to 4000 characters. */
            terms: string;
            /** With a code, by the app or by the card. */
            how: "code" | "app" | "card";
            /** Its price; a voucher is paid. 0 to 1000000000. */
            cost_points: number;
            /** True: now, as it is. */
            usable: boolean;
            /** Why not. 0 to 7 items. */
            reasons: ("TIER_TOO_LOW" | "NOT_ENOUGH_POINTS" | "OUT_OF_STOCK" | "NEEDS_BOOKING" | "NOT_YET" | "ENDED" | "PER_MEMBER_LIMIT")[];
            /** The rank it takes; null: the tier is high enough. 1 to 1000. */
            need_rank: number | null;
            /** Points that are missing; null: there are enough. 1 to 1000000000. */
            missing_points: number | null;
            /** From then on; null: at once. RFC 3339, UTC. */
            from: string | null;
            /** Until then; null: no end is set. RFC 3339, UTC. */
            until: string | null;
            /** Where; null: at the club. */
            partner: {
                /** The partner. */
                partner: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Where it is; null: not said. 1 to 120 characters. */
                town: string | null;
                /** ISO 3166 code; null: not said. 2 to 2 characters. */
                country: string | null;
                /** Its page; null: none. 8 to 300 characters. */
                url: string | null;
            } | null;
            /** The voucher. */
            voucher?: string;
            /** Where the voucher stands; given: away, by the reader. */
            state?: "issued" | "redeemed" | "expired" | "cancelled" | "given";
            /** How the voucher came to be. */
            cause?: "purchase" | "welcome" | "surprise" | "tier" | "goodwill";
            /** Who gave the voucher; null: nobody did. */
            giver?: {
                /** The member. */
                member?: string;
                /** The member's handle; null: none. 3 to 24 characters. */
                handle?: string | null;
                /** True: a member who has left for good. */
                former?: boolean;
            } | null;
        };
    };
    /** A voucher of the member's was used. Gate: svc.benefit. */
    "voucher.redeemed": {
        /** The voucher. */
        voucher: string;
        /** The object, where it may be shown. */
        view?: {
            /** A voucher that is held, or a benefit that is offered. */
            what: "voucher" | "benefit";
            /** The benefit. */
            benefit: string;
            /** The club. */
            club: string;
            /** What it is. */
            kind: "discount" | "gift" | "service" | "access" | "voucher";
            /** Its title. 1 to 120 characters. */
            title: string;
            /** What holds for it. 1 to 4000 characters. */
            terms: string;
            /** With a code, by the app or by the card. */
            how: "code" | "app" | "card";
            /** Its price; a voucher is paid. 0 to 1000000000. */
            cost_points: number;
            /** True: now, as it is. */
            usable: boolean;
            /** Why not. 0 to 7 items. */
            reasons: ("TIER_TOO_LOW" | "NOT_ENOUGH_POINTS" | "OUT_OF_STOCK" | "NEEDS_BOOKING" | "NOT_YET" | "ENDED" | "PER_MEMBER_LIMIT")[];
            /** The rank it takes; null: the tier is high enough. 1 to 1000. */
            need_rank: number | null;
            /** Points that are missing; null: there are enough. 1 to 1000000000. */
            missing_points: number | null;
            /** From then on; null: at once. RFC 3339, UTC. */
            from: string | null;
            /** Until then; null: no end is set. RFC 3339, UTC. */
            until: string | null;
            /** Where; null: at the club. */
            partner: {
                /** The partner. */
                partner: string;
                /** Its name. 1 to 120 characters. */
                name: string;
                /** Where it is; null: not said. 1 to 120 characters. */
                town: string | null;
                /** ISO 3166 code; null: not said. 2 to 2 characters. */
                country: string | null;
                /** Its page; null: none. 8 to 300 characters. */
                url: string | null;
            } | null;
            /** The voucher. */
            voucher?: string;
            /** Where the voucher stands; given: away, by the reader. */
            state?: "issued" | "redeemed" | "expired" | "cancelled" | "given";
            /** How the voucher came to be. */
            cause?: "purchase" | "welcome" | "surprise" | "tier" | "goodwill";
            /** Who gave the voucher; null: nobody did. */
            giver?: {
                /** The member. */
                member?: string;
                /** The member's handle; null: none. 3 to 24 characters. */
                handle?: string | null;
                /** True: a member who has left for good. */
                former?: boolean;
            } | null;
        };
    };
    /** An entry of the member's in a waiting list has another state, or was moved. Gate: svc.resv. */
    "waitlist.changed": {
        /** The entry. */
        entry: string;
        /** Its offer. */
        offer: string;
        /** Its state now. */
        state: "waiting" | "converted" | "declined" | "lapsed" | "passed" | "withdrawn" | "closed";
        /** The object, where it may be shown. */
        view?: {
            /** The entry. */
            entry: string;
            /** What is waited for. */
            offer: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** The class. */
            class: string;
            /** Its title. 1 to 120 characters. */
            class_title: string;
            /** So many units. 1 to 50. */
            qty: number;
            /** They seat so many. 1 to 600. */
            persons: number;
            /** Where the entry stands. */
            state: "waiting" | "offered" | "converted" | "declined" | "lapsed" | "passed" | "withdrawn" | "closed";
            /** Its place among all that wait for the offer; null: it does not wait. 1 to 100000. */
            position: number | null;
            /** So many wait. 1 to 100000. */
            length: number | null;
            /** Of the club's last lists so many went as far as this place, in tenths; null: too few yet. 0 to 1000000. */
            chance_ppm: number | null;
            /** Its priority; higher ones come first. 0 to 9. */
            prio: number;
            /** Why it ended or was moved: waited, near (too close to the start), booking (closed), cancelled, staff, left, unable (could not book any more); null: nothing to tell. */
            why: "waited" | "near" | "booking" | "cancelled" | "staff" | "left" | "unable" | null;
            /** The reason that staff gave. 1 to 400 characters. */
            note: string | null;
            /** Offered seats are kept until then. RFC 3339, UTC. */
            expires_at: string | null;
            /** What an accepted offer became. */
            reservation: string | null;
            /** When it joined. RFC 3339, UTC. */
            joined_at: string;
        };
    };
    /** Seats that the member waits for are free, and kept for a while. Gate: svc.resv. */
    "waitlist.offered": {
        /** The entry. */
        entry: string;
        /** Its offer. */
        offer: string;
        /** Seats are kept for the member. */
        state: "offered";
        /** Until then. RFC 3339, UTC. */
        expires_at: string;
        /** The object, where it may be shown. */
        view?: {
            /** The entry. */
            entry: string;
            /** What is waited for. */
            offer: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** The class. */
            class: string;
            /** Its title. 1 to 120 characters. */
            class_title: string;
            /** So many units. 1 to 50. */
            qty: number;
            /** They seat so many. 1 to 600. */
            persons: number;
            /** Where the entry stands. */
            state: "waiting" | "offered" | "converted" | "declined" | "lapsed" | "passed" | "withdrawn" | "closed";
            /** Its place among all that wait for the offer; null: it does not wait. 1 to 100000. */
            position: number | null;
            /** So many wait. 1 to 100000. */
            length: number | null;
            /** Of the club's last lists so many went as far as this place, in tenths; null: too few yet. 0 to 1000000. */
            chance_ppm: number | null;
            /** Its priority; higher ones come first. 0 to 9. */
            prio: number;
            /** Why it ended or was moved: waited, near (too close to the start), booking (closed), cancelled, staff, left, unable (could not book any more); null: nothing to tell. */
            why: "waited" | "near" | "booking" | "cancelled" | "staff" | "left" | "unable" | null;
            /** The reason that staff gave. 1 to 400 characters. */
            note: string | null;
            /** Offered seats are kept until then. RFC 3339, UTC. */
            expires_at: string | null;
            /** What an accepted offer became. */
            reservation: string | null;
            /** When it joined. RFC 3339, UTC. */
            joined_at: string;
        };
    };
    /** The member's place in a waiting list is another; every ten seconds at most. Gate: svc.resv. Whole state: only the newest counts. */
    "waitlist.position": {
        /** The entry. */
        entry: string;
        /** Its place; 1 is the first. 1 to 100000. */
        pos: number;
        /** So many wait. 1 to 100000. */
        length: number;
        /** The object, where it may be shown. */
        view?: {
            /** The entry. */
            entry: string;
            /** What is waited for. */
            offer: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** The class. */
            class: string;
            /** Its title. 1 to 120 characters. */
            class_title: string;
            /** So many units. 1 to 50. */
            qty: number;
            /** They seat so many. 1 to 600. */
            persons: number;
            /** Where the entry stands. */
            state: "waiting" | "offered" | "converted" | "declined" | "lapsed" | "passed" | "withdrawn" | "closed";
            /** Its place among all that wait for the offer; null: it does not wait. 1 to 100000. */
            position: number | null;
            /** So many wait. 1 to 100000. */
            length: number | null;
            /** Of the club's last lists so many went as far as this place, in tenths; null: too few yet. 0 to 1000000. */
            chance_ppm: number | null;
            /** Its priority; higher ones come first. 0 to 9. */
            prio: number;
            /** Why it ended or was moved: waited, near (too close to the start), booking (closed), cancelled, staff, left, unable (could not book any more); null: nothing to tell. */
            why: "waited" | "near" | "booking" | "cancelled" | "staff" | "left" | "unable" | null;
            /** The reason that staff gave. 1 to 400 characters. */
            note: string | null;
            /** Offered seats are kept until then. RFC 3339, UTC. */
            expires_at: string | null;
            /** What an accepted offer became. */
            reservation: string | null;
            /** When it joined. RFC 3339, UTC. */
            joined_at: string;
        };
    };
}

/** What the server says unasked. */
export interface Messages {
    /** Something happened on a stream. */
    "event": {
        /** The stream, by its name on the wire. 1 to 64 characters. */
        stream: string;
        /** Its number in the stream; without gaps. 1 to 9007199254740991. */
        seq: number;
        /** Which event. 1 to 64 characters. */
        type: string;
        /** When it happened. RFC 3339, UTC. */
        at: string;
        /** Who did it; left out or null when nobody is named. */
        actor?: {
            /** The member. */
            member?: string;
            /** The member's handle. 1 to 24 characters. */
            handle?: string;
            /** True: a member who has left for good. */
            former?: boolean;
            /** True: staff of the club. */
            staff?: boolean;
        } | null;
        /** The event's refs, and its view where that may be shown. */
        data: Record<string, unknown>;
        /** The consent it needed; see consent.receipt. */
        basis?: {
            /** The purpose, as in consent.catalog. 1 to 64 characters. */
            purpose: string;
            /** Id of its club or category; 0 when it has none. 1 to 20 characters. */
            scope: string;
            /** Always inapp here. 1 to 16 characters. */
            channel: string;
        };
    };
    /** These seqs hold nothing for this recipient. */
    "stream.skip": {
        /** The stream. 1 to 64 characters. */
        stream: string;
        /** First seq. 1 to 9007199254740991. */
        from: number;
        /** Last seq. 1 to 9007199254740991. */
        to: number;
    };
    /** The position is lost; subscribe again and take the snapshot. */
    "stream.resync": {
        /** The stream. 1 to 64 characters. */
        stream: string;
        /** Why. 1 to 64 characters. */
        reason: string;
    };
    /** The subscription is over. */
    "stream.ended": {
        /** The stream. 1 to 64 characters. */
        stream: string;
        /** Why. 1 to 64 characters. */
        reason: string;
    };
    /** Somebody types, or has the stream open; holds for a time and is not kept. */
    "signal": {
        /** The stream, by its name on the wire. 1 to 64 characters. */
        stream: string;
        /** Which signal. */
        type: "presence" | "typing";
        /** What it says. */
        data: {
            /** Who. */
            member: string;
            /** Of typing: at this item of the plan. */
            item?: string;
            /** Of presence: has the stream open, or no more. */
            on?: boolean;
            /** Holds for so long if it is not told again; left out of who is gone. 1 to 3600000. */
            ttl_ms?: number;
        };
    };
    /** What the server is about to do. */
    "session.notice": {
        /** What: draining. 1 to 64 characters. */
        kind: string;
        /** Come back after this time. 0 to 9007199254740991. */
        reconnect_ms?: number;
    };
    /** The token expires soon; send session.refresh. */
    "session.expiring": {
        /** Seconds left. 0 to 9007199254740991. */
        in_s: number;
    };
}

/** Every kind of stream: the shape of its snapshot. */
export interface Snapshots {
    /** The caller's own. */
    "me": {
        /** What points.summary answers. */
        points: {
            /** Points that can be spent now. 0 to 9007199254740991. */
            available: number;
            /** Points reserved by holds. 0 to 9007199254740991. */
            held: number;
            /** Points in a return window. 0 to 9007199254740991. */
            pending: number;
            /** Shortfall of a claw-back; the next credits repay it first. -9007199254740991 to 0. */
            debt: number;
            /** Version of the wallet; only rises. 0 to 9007199254740991. */
            ver: number;
            /** True: staff, or an incident, lets no points leave the account. */
            frozen: boolean;
            /** The pool of the member's family; null: none, or a child of it. */
            family: {
                /** The family. */
                family: string;
                /** Points of its pool that can be spent now. 0 to 9007199254740991. */
                available: number;
            } | null;
            /** What expires when, soonest first. 0 to 24 items. */
            ladder: {
                /** Last day on which they can be spent, in the club's time zone. 10 to 10 characters. */
                on: string;
                /** Points that expire after that day. 1 to 9007199254740991. */
                points: number;
            }[];
            /** Points that expire after the days of the ladder. 0 to 9007199254740991. */
            later: number;
            /** Points that do not expire. 0 to 9007199254740991. */
            never: number;
            /** One per club: the tier and what the next one needs. 0 to 50 items. */
            next_tier: {
                /** The club. */
                club: string;
                /** Rank of the present tier. 0 to 1000. */
                rank: number;
                /** Name of the present tier. 1 to 120 characters. */
                name: string;
                /** Tier points that count in the present window. 0 to 9007199254740991. */
                tier_points: number;
                /** Rank of the next tier; null: there is none. 0 to 1000. */
                next_rank: number | null;
                /** Name of the next tier; null: there is none. 1 to 120 characters. */
                next_name: string | null;
                /** Tier points missing for it; null: there is none. 0 to 9007199254740991. */
                missing: number | null;
            }[];
        };
        /** Tickets that wait in on-sale queues, or are admitted. 0 to 9007199254740991 items. */
        tickets: {
            /** The offer. */
            offer: string;
            /** The ticket. */
            ticket: string;
            /** True: drawn with those who came before the public opening. */
            early: boolean;
            /** Where it stands; expired: not used in time, or not to be used any more. */
            state: "queued" | "admitted" | "used" | "expired" | "left";
            /** How many have their turn until this one has, itself included; it never grows.  Null before the draw, and of a ticket that does not wait. 1 to 9007199254740991. */
            position: number | null;
            /** Seconds until then at the rate that is measured, rounded up to 30; null: not known. 0 to 86400. */
            estimate_s: number | null;
            /** Until then it is good for reservation.hold; null unless admitted. RFC 3339, UTC. */
            admitted_until: string | null;
        }[];
        /** Notifications not yet read. 0 to 9007199254740991. */
        unread: number;
        /** Those held, confirmed or checked in, newest first. 0 to 50 items. */
        reservations: {
            /** The reservation. */
            reservation: string;
            /** The offer. */
            offer: string;
            /** Its club. */
            club: string;
            /** Title of the offer. 1 to 120 characters. */
            title: string;
            /** Who sells it. 1 to 120 characters. */
            organiser_name: string;
            /** When the offer begins. RFC 3339, UTC. */
            starts_at: string;
            /** When it ends. RFC 3339, UTC. */
            ends_at: string;
            /** Who made the reservation. */
            by: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** True: a member who has left for good. */
                former?: boolean;
            };
            /** Its state now. */
            state: "held" | "confirmed" | "checked_in" | "completed" | "no_show" | "expired" | "released" | "cancelled";
            /** Persons in all. 0 to 6000. */
            persons: number;
            /** Rises with every change. 1 to 9007199254740991. */
            version: number;
            /** A row per seat once it is confirmed: all to the organiser; those accepted to who has accepted one; the own to who is invited. 0 to 6000 items. */
            party: {
                /** Its number in the reservation. 1 to 6000. */
                seat: number;
                /** Its class. */
                class: string;
                /** Its unit among those of the class. 1 to 50. */
                unit: number;
                /** Whether somebody is named for it, and has accepted. */
                state: "unnamed" | "invited" | "accepted" | "declined" | "checked_in" | "no_show" | "cancelled";
                /** The member named for it. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string | null;
                /** True: somebody who has left for good. */
                former?: boolean;
                /** Somebody else, to the organiser. 1 to 60 characters. */
                guest?: string;
                /** Its share of the price, to the organiser. */
                price?: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Its share in points, to the organiser. 0 to 9007199254740991. */
                price_points?: number;
            }[];
            /** The plan that it is part of, to the organiser and who has joined the plan. */
            plan?: string;
            /** How it was made, to the organiser. */
            source?: "direct" | "waitlist" | "staff";
            /** When a hold ends, to the organiser. RFC 3339, UTC. */
            expires_at?: string | null;
            /** True: a hold has been extended, to the organiser. */
            extended?: boolean;
            /** What is reserved, to the organiser. 1 to 10 items. */
            items?: {
                /** The class. */
                class: string;
                /** Its title. 1 to 120 characters. */
                title: string;
                /** Units; 0: all of them were cancelled. 0 to 50. */
                qty: number;
                /** How many of them are paid in points. 0 to 50. */
                points_qty: number;
                /** Price of a unit in money, before the discount. */
                unit: {
                    /** Amount in minor units. 0 to 1000000000. */
                    minor: number;
                    /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                    cur: string;
                };
                /** Price of a unit in points. 1 to 9007199254740991. */
                unit_points: number | null;
                /** Persons that a unit seats. 1 to 12. */
                persons: number;
            }[];
            /** The discount, in millionths, to the organiser. 0 to 1000000. */
            discount_ppm?: number;
            /** What it costs in money, to the organiser. */
            total?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** What it costs in points, to the organiser. 0 to 9007199254740991. */
            points?: number;
            /** Money paid, to the organiser. */
            paid?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Money given back, to the organiser. */
            refunded?: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** When it was made, to the organiser. RFC 3339, UTC. */
            created_at?: string;
        }[];
        /** What the member waits for. 0 to 20 items. */
        waitlist: {
            /** The entry. */
            entry: string;
            /** What is waited for. */
            offer: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** The class. */
            class: string;
            /** Its title. 1 to 120 characters. */
            class_title: string;
            /** So many units. 1 to 50. */
            qty: number;
            /** They seat so many. 1 to 600. */
            persons: number;
            /** Where the entry stands. */
            state: "waiting" | "offered" | "converted" | "declined" | "lapsed" | "passed" | "withdrawn" | "closed";
            /** Its place among all that wait for the offer; null: it does not wait. 1 to 100000. */
            position: number | null;
            /** So many wait. 1 to 100000. */
            length: number | null;
            /** Of the club's last lists so many went as far as this place, in tenths; null: too few yet. 0 to 1000000. */
            chance_ppm: number | null;
            /** Its priority; higher ones come first. 0 to 9. */
            prio: number;
            /** Why it ended or was moved: waited, near (too close to the start), booking (closed), cancelled, staff, left, unable (could not book any more); null: nothing to tell. */
            why: "waited" | "near" | "booking" | "cancelled" | "staff" | "left" | "unable" | null;
            /** The reason that staff gave. 1 to 400 characters. */
            note: string | null;
            /** Offered seats are kept until then. RFC 3339, UTC. */
            expires_at: string | null;
            /** What an accepted offer became. */
            reservation: string | null;
            /** When it joined. RFC 3339, UTC. */
            joined_at: string;
        }[];
    };
    /** A club, for its members; the snapshot is feed.list's first page. */
    "club": {
        /** Newest first. 0 to 100 items. */
        posts: {
            /** The post. */
            post: string;
            /** Its club. */
            club: string;
            /** What it is. */
            kind: "story" | "recommendation" | "question" | "announcement" | "article" | "offer_news" | "surprise_reveal";
            /** Who wrote it, as far as it may be shown. */
            author: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string | null;
                /** Real name, where com.profile allows it. 1 to 200 characters. */
                name?: string;
                /** Town, where com.profile allows it. 1 to 200 characters. */
                town?: string;
                /** Tier, where com.badge allows it. */
                tier?: {
                    /** Rank of the tier. 0 to 1000. */
                    rank: number;
                    /** Name of the tier. 1 to 120 characters. */
                    name: string;
                };
                /** True: a member who has left for good. */
                former?: boolean;
                /** True: staff of the club. */
                staff?: boolean;
            };
            /** Title; null: none. 1 to 120 characters. */
            title: string | null;
            /** Text. 1 to 10000 characters. */
            body: string;
            /** Handles in body that are links, in order. 0 to 50 items. */
            mentions: {
                /** The member. */
                member: string;
                /** The member's handle now. 1 to 24 characters. */
                handle: string;
                /** Where the @ stands in body, in code points from 0. 0 to 10000. */
                from: number;
                /** Where the text goes on after the handle. 1 to 10000. */
                to: number;
            }[];
            /** Pictures of the club. 0 to 10 items. */
            media: {
                /** Path of a picture that the club publishes. 2 to 300 characters. */
                path: string;
                /** What it shows, in words. 0 to 300 characters. */
                alt?: string;
            }[];
            /** Of a recommendation; null: none. 1 to 5. */
            rating: number | null;
            /** What a recommendation is about; null: none. 1 to 80 characters. */
            subject: string | null;
            /** Product category of offer news; null: none. */
            category: string | null;
            /** Whom it is for; null: the whole club. */
            audience: {
                /** Members of this tier or a higher one. 0 to 1000. */
                min_rank: number;
            } | null;
            /** Published, but for an author's own post that is not. */
            state: "pending" | "published" | "hidden" | "deleted";
            /** Rises with every edit; base of the next. 1 to 2000000000. */
            version: number;
            /** When it was published; null: not yet. RFC 3339, UTC. */
            published_at: string | null;
            /** When it was last edited; null: never. RFC 3339, UTC. */
            edited_at: string | null;
            /** Number of likes. 0 to 2000000000. */
            likes: number;
            /** Number of thanks. 0 to 2000000000. */
            thanks: number;
            /** Number of wows. 0 to 2000000000. */
            wow: number;
            /** Number of those going. 0 to 2000000000. */
            going: number;
            /** Number of comments. 0 to 2000000000. */
            comments: number;
            /** The caller's reactions. 0 to 4 items. */
            reacted: ("like" | "thanks" | "wow" | "going")[];
            /** What the caller may do with it. 0 to 6 items. */
            can: ("comment" | "delete" | "edit" | "hide" | "react" | "report")[];
            /** The caller's consent it is listed for; null: none. */
            basis: {
                /** The purpose, as in consent.catalog. 1 to 64 characters. */
                purpose: string;
                /** Its category. 1 to 20 characters. */
                scope: string;
                /** Always inapp. 1 to 16 characters. */
                channel: string;
            } | null;
        }[];
        /** For the next page; null: this was the last. 1 to 64 characters. */
        cursor: string | null;
    };
    /** A family, for who is in it; the snapshot is family.get. */
    "family": {
        /** The family. */
        family: string;
        /** Dissolving: points go back to their owners in 72 hours. */
        status: "active" | "dissolving" | "dissolved";
        /** How many it may have. 2 to 11. */
        max_members: number;
        /** Rises with every change of the members. 1 to 9007199254740991. */
        version: number;
        /** When the points go back; null: it stays. RFC 3339, UTC. */
        dissolve_at: string | null;
        /** The members, the head first. Who is invited sees the head and the own row. 0 to 22 items. */
        members: {
            /** The member. */
            member?: string;
            /** The member's handle. 1 to 24 characters. */
            handle?: string;
            /** True: somebody who has left for good. */
            former?: boolean;
            /** Head, adult or child. */
            role: "head" | "adult" | "child";
            /** Active; to the head also who is invited. */
            state: "invited" | "declined" | "active" | "left" | "removed" | "dissolving";
            /** True: may spend from the pool. */
            can_redeem: boolean;
            /** True: the other adults see when the member earns points. */
            share_activity: boolean;
            /** Since when; null: not yet. RFC 3339, UTC. */
            joined_at: string | null;
            /** What goes to the pool of each earning, seconds later; the caller's own. */
            contribution?: "manual" | "percent" | "all";
            /** How much of each earning, where the contribution is percent; the caller's own. 0 to 100. */
            percent?: number;
        }[];
        /** What they share; for adults. */
        pool?: {
            /** Points that can be spent now. 0 to 9007199254740991. */
            available: number;
            /** Points reserved by holds. 0 to 9007199254740991. */
            held: number;
            /** Version of the wallet; one more per ledger transaction. 0 to 9007199254740991. */
            ver: number;
        };
        /** The last changes of the pool and purchases of members who share theirs; for adults. 0 to 20 items. */
        activity?: {
            /** The ledger transaction. */
            tx: string;
            /** Its kind. */
            kind: "earn" | "mature" | "hold" | "capture" | "release" | "redeem" | "transfer" | "contribute" | "return_share" | "expire" | "adjust" | "reverse" | "forfeit" | "tier_earn" | "tier_reverse";
            /** What it did to the points that can be spent, or that are pending. -9007199254740991 to 9007199254740991. */
            amount: number;
            /** Who did it, where the member lets the others see that; null: not said. */
            member: string | null;
            /** True: a change of the pool; false: a purchase of a member. */
            pool: boolean;
            /** When. RFC 3339, UTC. */
            at: string;
        }[];
    };
    /** What waits for the moderators of a club; the snapshot is mod.queue's first page. */
    "moderation": {
        /** Heaviest first. 0 to 100 items. */
        cases: {
            /** Why it is in the queue. */
            case: "report" | "pending" | "appeal";
            /** What it is about. */
            kind: "post" | "comment" | "member";
            /** Its number. */
            target: string;
            /** The club. */
            club: string;
            /** State of the post or comment; status of the member. 1 to 16 characters. */
            state: string;
            /** True: content of the club itself. */
            staff: boolean;
            /** Open reports. 0 to 1000000. */
            reports: number;
            /** What they weigh together, in thousandths. 0 to 9007199254740991. */
            weight: number;
            /** The same times the factors of their reasons. 0 to 9007199254740991. */
            score: number;
            /** The reasons given, the most frequent first. 0 to 7 items. */
            reasons: {
                /** A reason. */
                reason: "spam" | "abuse" | "illegal" | "privacy" | "off_topic" | "safety" | "other";
                /** Open reports that give it. 1 to 1000000. */
                count: number;
            }[];
            /** The decision in force, or appealed against; null: none. */
            decision: string | null;
            /** True: no person took that decision. */
            automated: boolean | null;
            /** The appeal to decide; null: none. */
            appeal: string | null;
            /** When it came in. RFC 3339, UTC. */
            first_at: string;
            /** By when it is to be decided. RFC 3339, UTC. */
            due_at: string;
            /** True: that has passed. */
            overdue: boolean;
        }[];
        /** For the next page; null: this was the last. 1 to 64 characters. */
        cursor: string | null;
    };
    /** An offer, for whom it is meant, to a day after its end; the snapshot is offer.get. */
    "offer": {
        /** The offer. */
        offer: string;
        /** Its club. */
        club: string;
        /** Its product category; null: none. */
        category: string | null;
        /** What it is. */
        kind: "trip" | "activity" | "event" | "attraction" | "closed_event";
        /** Title. 1 to 120 characters. */
        title: string;
        /** Who sells it: the club, or whom it mediates for. 1 to 120 characters. */
        organiser_name: string;
        /** Its state. */
        state: "draft" | "announced" | "open" | "paused" | "closed" | "running" | "done" | "cancelled";
        /** True: not for the whole club. */
        closed: boolean;
        /** Least age in years; null: any. 1 to 120. */
        min_age: number | null;
        /** When it begins. RFC 3339, UTC. */
        starts_at: string;
        /** When it ends. RFC 3339, UTC. */
        ends_at: string;
        /** When booking opens for all. RFC 3339, UTC. */
        public_open_at: string;
        /** When booking closes. RFC 3339, UTC. */
        booking_close_at: string;
        /** Until then seats can be named. RFC 3339, UTC. */
        name_deadline: string;
        /** Whether one can join the waiting list. */
        waitlist: "open" | "paused" | "closed";
        /** ISO 4217 code of its prices. 3 to 3 characters. */
        currency: string;
        /** True: what has a price in points can be paid in points. */
        points_allowed: boolean;
        /** What is given back, the most hours first; nothing where none fits. 0 to 20 items. */
        cancel_policy: {
            /** Cancelled so many hours before the start, or more. 0 to 8760. */
            hours_before: number;
            /** So many millionths of the price are given back. 0 to 1000000. */
            refund_ppm: number;
        }[];
        /** Prices for parties and for tiers. 0 to 20 items. */
        steps: {
            /** For so many persons, or more. 1 to 600. */
            min_party: number;
            /** Least rank of who books; above 0 it is a price of that tier. 0 to 1000. */
            min_rank?: number;
            /** Millionths off the price. 0 to 1000000. */
            discount_ppm: number;
        }[];
        /** Its on-sale queue; null: it has none, or not yet. */
        queue: {
            /** SHA-256 of the seed, as published with the announcement. 64 to 64 characters. */
            seed_hash: string;
            /** When the list of early tickets was closed; null: not yet. RFC 3339, UTC. */
            sealed_at: string | null;
            /** How many early tickets there are; null: not yet sealed. 0 to 9007199254740991. */
            count: number | null;
            /** SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed. 64 to 64 characters. */
            sha256: string | null;
            /** The seed; null: not yet drawn. 64 to 64 characters. */
            seed: string | null;
            /** From then on one may join. RFC 3339, UTC. */
            joins_from: string;
            /** How many are admitted per second, at most. 1 to 1000. */
            rate: number;
        } | null;
        /** What can be booked. 0 to 20 items. */
        classes: {
            /** The class. */
            class: string;
            /** Its short name. 1 to 40 characters. */
            code: string;
            /** Its title. 1 to 120 characters. */
            title: string;
            /** So many persons a unit seats. 1 to 12. */
            persons: number;
            /** Of a unit. */
            price: {
                /** Amount in minor units. 0 to 1000000000. */
                minor: number;
                /** ISO 4217 code; the currency of the club. 3 to 3 characters. */
                cur: string;
            };
            /** Of a unit in points; null: money only. 1 to 9007199254740991. */
            points_price: number | null;
            /** Whether there are units left. */
            level: "none" | "few" | "many";
            /** How many are left. 0 to 100000. */
            free: number;
        }[];
        /** Its version. 1 to 9007199254740991. */
        version: number;
        /** Text; null: none. 1 to 10000 characters. */
        body: string | null;
        /** What holds for the caller; only for members. */
        mine?: {
            /** When booking opens for the caller. RFC 3339, UTC. */
            opens_at: string;
            /** So many millionths of each pool the caller's window reaches now; 0: none is open. 0 to 1000000. */
            cap_ppm: number;
            /** When it reaches further; null: no more. RFC 3339, UTC. */
            next_cap_at: string | null;
            /** True: the caller can book now. */
            open: boolean;
            /** True: the caller asked to be told when booking opens. */
            reminder: boolean;
            /** What the caller can book now. 0 to 20 items. */
            classes: {
                /** The class. */
                class: string;
                /** So many units are there for the caller now. 0 to 100000. */
                free: number;
            }[];
        };
        /** What staff sees beside; only for staff. */
        desk?: {
            /** For whom it is. */
            audience: {
                /** Least rank of the tier; 0: a closed offer for every member. 0 to 1000. */
                min_rank?: number;
                /** For members in one of these. 0 to 20 items. */
                segments?: (string)[];
                /** True: for members who are invited, beside those in its segments. */
                invite_only?: boolean;
                /** Least age in years. 1 to 120. */
                min_age?: number;
            };
            /** When it was announced; null: not yet. RFC 3339, UTC. */
            announced_at: string | null;
            /** So many may wait at most; null: no end. 0 to 100000. */
            waitlist_cap: number | null;
            /** So many of its queue are admitted a second; null: it has none. 1 to 1000. */
            queue_rate: number | null;
            /** So many members are invited. 0 to 9007199254740991. */
            invited: number;
            /** Its pools. 0 to 20 items. */
            pools: {
                /** The pool. */
                pool: string;
                /** Its short name. 1 to 40 characters. */
                code: string;
                /** Seats it has. 0 to 100000. */
                capacity: number;
                /** Held by who is booking. 0 to 100000. */
                held: number;
                /** Sold. 0 to 100000. */
                confirmed: number;
                /** Offered to the waiting list. 0 to 100000. */
                offered: number;
                /** Classes that draw on it; null: none. 0 to 20 items. */
                classes: (string)[] | null;
            }[];
            /** Who may book ahead of the public opening. 0 to 1000 items. */
            windows: {
                /** For members from that rank on. 0 to 1000. */
                min_rank: number;
                /** In that segment; null: in none. */
                segment: string | null;
                /** From then on. RFC 3339, UTC. */
                opens_at: string;
                /** Until then; null: to the end. RFC 3339, UTC. */
                closes_at: string | null;
                /** So many millionths of each pool it reaches. 0 to 1000000. */
                cum_cap_ppm: number;
            }[];
        };
    };
    /** How the hub is, for those who run it; the snapshot is what ops.health answers. */
    "ops": {
        /** When this was so. RFC 3339, UTC. */
        at: string;
        /** Open incidents, newest first. 0 to 20 items. */
        incidents: {
            /** The incident. */
            incident: string;
            /** What kind: the ledger does not add up, other seats are taken than a pool says, or a plan is not what its log and its expenses say. */
            kind: "ledger" | "seats" | "plans";
            /** What it is about: account, tx or pool, and its number. 1 to 40 characters. */
            object: string;
            /** True: the account was frozen for it. */
            frozen: boolean;
            /** What was found; nothing of it is mended. 0 to 20 items. */
            facts: {
                /** Which invariant, I-03 say. 1 to 8 characters. */
                invariant: string;
                /** What breaks it: account, hold, tx or pool, and its number. 1 to 40 characters. */
                object: string;
                /** What it says. -9007199254740991 to 9007199254740991. */
                found: number;
                /** What it would have to say. -9007199254740991 to 9007199254740991. */
                expected: number;
            }[];
            /** Since when it is known. RFC 3339, UTC. */
            opened_at: string;
            /** When it was closed; null: it is open. RFC 3339, UTC. */
            closed_at: string | null;
        }[];
        /** How many are open; counting ends at 1,000. 0 to 1000. */
        open_incidents: number;
        /** Workers that are alive. 0 to 9007199254740991. */
        nodes: number;
        /** Losses of permission that the slowest worker has not applied yet. 0 to 9007199254740991. */
        sys_lag: number;
        /** How late the jobs of the ledger are; correctness waits for none. */
        ledger: {
            /** Holds past their time; counting ends at 1,000. 0 to 1000. */
            holds_due: number;
            /** Since when the oldest of them is, in seconds. 0 to 9007199254740991. */
            holds_late_s: number;
            /** Lots past their expiry; counting ends at 1,000. 0 to 1000. */
            lots_due: number;
            /** Since when the oldest of them is, in seconds. 0 to 9007199254740991. */
            lots_late_s: number;
            /** What the reconciliation is doing. */
            reconcile: "idle" | "waiting" | "listing" | "accounts" | "transactions" | "seats";
            /** When the last one of new postings, or of everything, began. RFC 3339, UTC. */
            changed_at: string;
            /** When the last one of everything began. RFC 3339, UTC. */
            all_at: string;
        };
        /** What waits for the mailer. */
        messages: {
            /** Messages that could be sent; counting ends at 1,000. 0 to 1000. */
            queued: number;
            /** How long the oldest of them has waited, in seconds. 0 to 9007199254740991. */
            late_s: number;
        };
        /** What each job did last, by name. 0 to 200 items. */
        jobs: {
            /** The job. 1 to 64 characters. */
            job: string;
            /** When it last ran, to the minute. RFC 3339, UTC. */
            at: string;
            /** When it last had something to do; null: never. RFC 3339, UTC. */
            did_at: string | null;
            /** How many rows that were; null: never any. 1 to 9007199254740991. */
            did: number | null;
        }[];
        /** What runs. */
        versions: {
            /** The newest migration of the database. 1 to 9999. */
            migration: number;
            /** SHA-256 of its functions; null: unknown. 1 to 64 characters. */
            functions: string | null;
            /** Version of PostgreSQL. 1 to 64 characters. */
            database: string;
            /** Lineage of the database. 1 to 64 characters. */
            lineage: string;
        };
    };
    /** A travel plan, for who is in it; the snapshot is plan.get. */
    "plan": {
        /** The plan. */
        plan: string;
        /** Its club. */
        club: string;
        /** Its title. 1 to 120 characters. */
        title: string;
        /** Where to; null: not said. 1 to 120 characters. */
        dest: string | null;
        /** First day, like 2027-05-31; null: open. 10 to 10 characters. */
        starts_on: string | null;
        /** Last day; null: open, or a single day. 10 to 10 characters. */
        ends_on: string | null;
        /** Zone of its days. 1 to 60 characters. */
        tz: string;
        /** Currency of its balances. 3 to 3 characters. */
        currency: string;
        /** Its state; travelling and done follow the days. */
        state: "draft" | "planning" | "locked" | "booked" | "travelling" | "done" | "cancelled";
        /** The last number in its log of changes. 0 to 9007199254740991. */
        op_seq: number;
        /** Its version, for plan.update. 1 to 9007199254740991. */
        version: number;
        /** When it was made. RFC 3339, UTC. */
        created_at: string;
        /** Who is in it, and who is invited to those who may invite; the owner first. 1 to 50 items. */
        members: {
            /** The member. */
            member?: string;
            /** The member's handle. 1 to 24 characters. */
            handle?: string;
            /** True: somebody who has left for good. */
            former?: boolean;
            /** The real name, of who shows it here. 1 to 120 characters. */
            name?: string;
            /** The town, of who shows it here. 1 to 120 characters. */
            town?: string;
            /** What the member may do. */
            role: "owner" | "editor" | "voter" | "viewer";
            /** Joined; to those who may invite also who is invited. */
            state: "invited" | "joined" | "declined" | "left" | "removed";
            /** What the member shows here: the handle, or name and town too. */
            share_level: "handle" | "profile";
            /** Since when; null: not yet. RFC 3339, UTC. */
            joined_at: string | null;
            /** True: is asked to take the plan over. */
            is_asked: boolean;
        }[];
        /** Its items, by day and order. 0 to 300 items. */
        items: {
            /** The item. */
            item: string;
            /** What it is. */
            kind: "transport" | "lodging" | "activity" | "meal" | "note" | "task";
            /** Title. 1 to 120 characters. */
            title: string;
            /** Place among the items of its day: 0-9, A-Z, a-z, compared bytewise; equal ones go by id. 1 to 64 characters. */
            order_key: string;
            /** The day, like 2027-05-31. 10 to 10 characters. */
            day?: string;
            /** Its beginning in minutes of that day. 0 to 1439. */
            start_min?: number;
            /** Its end in minutes of that day. 0 to 2879. */
            end_min?: number;
            /** Where. 1 to 200 characters. */
            place?: string;
            /** Latitude in millionths of a degree; with lon_micro. -90000000 to 90000000. */
            lat_micro?: number;
            /** Longitude in millionths of a degree; with lat_micro. -180000000 to 180000000. */
            lon_micro?: number;
            /** Notes. 1 to 4000 characters. */
            notes?: string;
            /** Who of the plan takes part, where not all do. 0 to 50 items. */
            assignees: (string)[];
            /** The offer on it; offer.get tells it to those whom it is for. */
            offer?: string;
            /** Rises with every change; base of the next. 1 to 9007199254740991. */
            version: number;
            /** Who changed it last; of a poll, who opened it. Not told where it is cut. */
            updated_by?: string;
            /** When. Not told where it is cut. RFC 3339, UTC. */
            updated_at?: string;
            /** When it was deleted; restorable for 30 days. RFC 3339, UTC. */
            deleted_at?: string;
            /** True: notes go on, see plan.item_get. */
            notes_cut?: boolean;
            /** True: the plan is so full that only kind, day, place in order and the beginning of the title are told. */
            cut?: boolean;
        }[];
        /** Its polls, newest first. 0 to 50 items. */
        polls: {
            /** The poll. */
            poll: string;
            /** Its plan. */
            plan: string;
            /** Its kind. */
            kind: "single" | "multi" | "approval" | "dates";
            /** What is asked. 1 to 120 characters. */
            title: string;
            /** Its state. */
            state: "open" | "tied" | "closed" | "cancelled";
            /** Its version. 1 to 9007199254740991. */
            version: number;
            /** True: until it is closed nobody sees who or how many. */
            secret_until_close: boolean;
            /** So many must vote, else nothing comes of it. 1 to 100. */
            quorum: number;
            /** So many options at most; of multi. 1 to 20. */
            max_choices: number | null;
            /** Who decides between equal scores. */
            tie_rule: "owner" | "earliest_option";
            /** True: it closes as the last one votes. */
            close_when_all_voted: boolean;
            /** Votes count until then. RFC 3339, UTC. */
            closes_at: string;
            /** What closing it does; null: nothing. */
            on_close: {
                /** A proposal that is accepted when the first option wins, and rejected when another does. */
                apply_proposal?: string;
                /** True: the plan gets the dates that win; of polls on dates. */
                set_dates?: boolean;
            } | null;
            /** When it was closed; null: not yet. RFC 3339, UTC. */
            closed_at: string | null;
            /** What came of it; null: not yet. */
            result: {
                /** Decided; too few have voted; nothing had a score; tied; or ended by the plan, which was locked, cancelled or over. */
                outcome: "decided" | "no_quorum" | "none" | "tied" | "ended";
                /** The option that has won; null: none. */
                winner: string | null;
                /** What it did to the plan: nothing, what it was to do, turned the proposal down, found what it was to change changed, or could not. */
                effect: "none" | "applied" | "rejected" | "stale" | "refused";
                /** The options with the highest score; nothing wins that has none. 0 to 20 items. */
                best: (string)[];
            } | null;
            /** Who has opened it; null: somebody who is not in the plan any more. */
            by: string | null;
            /** So many have voted. 0 to 100. */
            voters?: number;
            /** What the caller has said. 0 to 20 items. */
            mine?: {
                /** An option of the poll. */
                option: string;
                /** Yes when left out; maybe and no in polls of approval and on dates. */
                choice?: "yes" | "maybe" | "no";
            }[];
            /** Its options; in plan.get not of polls that are closed. 2 to 20 items. */
            options?: {
                /** The option. */
                option: string;
                /** What it says. 1 to 60 characters. */
                label: string;
                /** First day; of polls on dates. 10 to 10 characters. */
                from?: string;
                /** Last day. 10 to 10 characters. */
                to?: string;
                /** So many are for it. 0 to 100. */
                yes?: number;
                /** So many may be. 0 to 100. */
                maybe?: number;
                /** So many are against it. 0 to 100. */
                no?: number;
                /** Votes; of approval and dates twice the yes and once the maybe. 0 to 200. */
                score?: number;
            }[];
        }[];
        /** What nobody has decided on yet, newest first. 0 to 20 items. */
        proposals: {
            /** The proposal. */
            proposal: string;
            /** Its plan. */
            plan: string;
            /** An item more, another or none, or other dates. */
            action: "add" | "change" | "remove" | "dates";
            /** The item it is about; null: none. */
            item: string | null;
            /** The version of the item its author saw; null: none. 1 to 9007199254740991. */
            base: number | null;
            /** What it sets; null clears a field. */
            set: {
                /** Kind of the item. */
                kind?: "transport" | "lodging" | "activity" | "meal" | "note" | "task";
                /** What it is. 1 to 120 characters. */
                title?: string;
                /** Its place among the others of the day. 1 to 64 characters. */
                order_key?: string;
                /** Its day, like 2027-05-31. 10 to 10 characters. */
                day?: string | null;
                /** Minute of the day it begins. 0 to 1439. */
                start_min?: number | null;
                /** Minute it ends, counted from the same midnight. 0 to 2879. */
                end_min?: number | null;
                /** Where. 1 to 200 characters. */
                place?: string | null;
                /** Latitude in millionths of a degree. -90000000 to 90000000. */
                lat_micro?: number | null;
                /** Longitude in millionths of a degree. -180000000 to 180000000. */
                lon_micro?: number | null;
                /** Notes. 1 to 4000 characters. */
                notes?: string | null;
                /** Who takes part; empty: everybody. 0 to 50 items. */
                assignees?: (string)[];
                /** First day of the journey; of dates. 10 to 10 characters. */
                starts_on?: string;
                /** Last day of the journey. 10 to 10 characters. */
                ends_on?: string;
            };
            /** The dates as they were when it was made. */
            was?: {
                /** First day. 10 to 10 characters. */
                starts_on: string | null;
                /** Last day. 10 to 10 characters. */
                ends_on: string | null;
            };
            /** True: the notes are longer; the event tells them all. */
            notes_cut?: boolean;
            /** Its state. */
            state: "open" | "accepted" | "rejected" | "withdrawn" | "stale";
            /** The poll that asks about it; null: none. */
            poll: string | null;
            /** Its author; null: somebody who is not in the plan any more. */
            by: string | null;
            /** When it was made. RFC 3339, UTC. */
            at: string;
            /** When it was decided; null: not yet. RFC 3339, UTC. */
            decided_at: string | null;
        }[];
        /** Who is owed what, and who owes. */
        balances: {
            /** The currency of the plan. 3 to 3 characters. */
            cur: string;
            /** Who is in the plan, and who was and had a part in its expenses. 0 to 400 items. */
            members: {
                /** The member. */
                member?: string;
                /** The member's handle. 1 to 24 characters. */
                handle?: string;
                /** Somebody who has left for good: which of the plan's former participants. 1 to 1000000. */
                former?: number;
                /** Paid for expenses. 0 to 9007199254740991. */
                paid: number;
                /** The shares of the member. 0 to 9007199254740991. */
                owed: number;
                /** Confirmed payments to others. 0 to 9007199254740991. */
                sent: number;
                /** Confirmed payments of others. 0 to 9007199254740991. */
                received: number;
                /** What the member gets back; negative: owes. All of them sum to 0. -9007199254740991 to 9007199254740991. */
                net: number;
            }[];
        };
        /** What holds for the caller. */
        mine: {
            /** The caller's role. */
            role: "owner" | "editor" | "voter" | "viewer";
            /** What the others see of the caller: the handle, or name and town beside it. */
            share_level: "handle" | "profile";
            /** What the caller may do now. item: plan.update too; role: plan.transfer_ownership too; book: reservation.hold with the plan; hold: plan.group_hold; with _any: also what others wrote. 1 to 20 items. */
            can: ("see" | "comment" | "vote" | "propose" | "item" | "attach" | "undo" | "comment_delete_any" | "expense" | "expense_any" | "poll" | "invite" | "book" | "role" | "remove" | "lock" | "cancel" | "hold")[];
        };
        /** True: too full for one answer; texts are shorter, polls without options, long lists end early: see plan.item_get, plan.poll, plan.balances. */
        cut?: boolean;
    };
    /** What happens in a club, for its staff. */
    "staff": {
        /** The club. */
        club: string;
    };
}

export type StreamName = "me" | `club:${string}` | `family:${string}` | `moderation:${string}` | `offer:${string}` | "ops" | `plan:${string}` | `staff:${string}`;

export type SnapshotOf<S extends StreamName> =
    S extends "me" ? Snapshots["me"] :
    S extends `club:${string}` ? Snapshots["club"] :
    S extends `family:${string}` ? Snapshots["family"] :
    S extends `moderation:${string}` ? Snapshots["moderation"] :
    S extends `offer:${string}` ? Snapshots["offer"] :
    S extends "ops" ? Snapshots["ops"] :
    S extends `plan:${string}` ? Snapshots["plan"] :
    S extends `staff:${string}` ? Snapshots["staff"] :
    never;

/** Why the server refused. */
export type ErrorReason =
    | "PARSE"
    | "INVALID_REQUEST"
    | "METHOD_NOT_FOUND"
    | "INVALID_PARAMS"
    | "INTERNAL"
    | "UNAUTHENTICATED"
    | "FORBIDDEN"
    | "NOT_FOUND"
    | "GONE"
    | "CONFLICT"
    | "IDEM_MISMATCH"
    | "RATE"
    | "BUSY"
    | "UNAVAILABLE"
    | "SOLD_OUT"
    | "CONSENT_REQUIRED"
    | "TIMEOUT"
    | "GUARDIAN_REQUIRED"
    | "AGE_LIMIT"
    | "NOT_MEMBER"
    | "STEP_UP_REQUIRED"
    | "APPROVAL_REQUIRED"
    | "INVALID_STATE"
    | "OUT_OF_STOCK"
    | "PAYMENT_REF_USED"
    | "TIER_TOO_LOW"
    | "NOT_OPEN_YET"
    | "QUEUE"
    | "LIMIT"
    | "HOLD_EXPIRED"
    | "HOLD_RESOLVED"
    | "INSUFFICIENT_POINTS"
    | "POINTS_FROZEN"
    | "ALREADY_REVERSED"
    | "CODE_INVALID"
    | "CODE_USED"
    | "CARD_LOCKED"
    | "STALE"
    | "CLOSED"
    | "RESTRICTED";

/** Milliseconds to wait before the same call may be sent again; null: do not repeat it. */
export const errorRetryMs: { readonly [R in ErrorReason]: number | null } = {
    PARSE: null, // -32700 This is not valid JSON.
    INVALID_REQUEST: null, // -32600 This is not a JSON-RPC 2.0 request.
    METHOD_NOT_FOUND: null, // -32601 There is no such method.
    INVALID_PARAMS: null, // -32602 A parameter is missing or wrong.
    INTERNAL: null, // -32603 Something went wrong on our side.
    UNAUTHENTICATED: null, // 1000 Sign in first.
    FORBIDDEN: null, // 1001 Your role may not do this.
    NOT_FOUND: null, // 1002 There is nothing here by that name.
    GONE: null, // 1003 This no longer exists.
    CONFLICT: null, // 1004 Someone changed this before you.
    IDEM_MISMATCH: null, // 1005 This key was used for another request.
    RATE: 1000, // 1006 Too many of these; slow down.
    BUSY: 500, // 1007 Too many calls at once; try again shortly.
    UNAVAILABLE: 1000, // 1008 The club is not reachable for the moment; try again shortly.
    SOLD_OUT: null, // 1009 These seats are taken.
    CONSENT_REQUIRED: null, // 1010 This needs your consent.
    TIMEOUT: 1000, // 1011 This took too long.
    GUARDIAN_REQUIRED: null, // 1012 A guardian has to agree first.
    AGE_LIMIT: null, // 1013 Your age does not allow this.
    NOT_MEMBER: null, // 1014 Only members of the club may do this.
    STEP_UP_REQUIRED: null, // 1015 Prove first that it is you.
    APPROVAL_REQUIRED: null, // 1016 A second person has to agree.
    INVALID_STATE: null, // 1017 This cannot be done in its present state.
    OUT_OF_STOCK: null, // 1018 There are none left.
    PAYMENT_REF_USED: null, // 1019 This payment belongs to something else.
    TIER_TOO_LOW: null, // 1020 This takes a higher tier.
    NOT_OPEN_YET: null, // 1021 This has not opened yet.
    QUEUE: null, // 1022 It is not your turn in the queue yet.
    LIMIT: null, // 1024 A limit is reached.
    HOLD_EXPIRED: null, // 1025 It is too late for this.
    HOLD_RESOLVED: null, // 1026 This was decided before.
    INSUFFICIENT_POINTS: null, // 1027 There are not enough points.
    POINTS_FROZEN: null, // 1028 These points are frozen.
    ALREADY_REVERSED: null, // 1029 So much is not left of this.
    CODE_INVALID: null, // 1030 This code or password is wrong.
    CODE_USED: null, // 1031 This code has been used.
    CARD_LOCKED: null, // 1032 This card is locked.
    STALE: null, // 1033 A newer text has been published; read it first.
    CLOSED: null, // 1034 This is closed to you.
    RESTRICTED: null, // 1035 Your account is restricted.
};

/** wait: reconnect after the server's delay. token: get a new token first. sign_out: forget the session. */
export type CloseAction = "stop" | "reconnect" | "wait" | "token" | "sign_out";

export const closeActions: ReadonlyMap<number, CloseAction> = new Map<number, CloseAction>([
    [1000, "reconnect"], // Normal.
    [1001, "reconnect"], // Going away.
    [1002, "stop"], // A frame that RFC 6455 forbids.
    [1003, "stop"], // Binary; messages are text.
    [1007, "stop"], // Not UTF-8.
    [1008, "reconnect"], // A message that was begun and did not end in its time.
    [1009, "stop"], // Message too big.
    [1011, "reconnect"], // Server error.
    [1012, "wait"], // Restart or drain.
    [1013, "reconnect"], // Overloaded.
    [4400, "stop"], // Too many malformed messages.
    [4401, "token"], // No token, or an expired one.
    [4403, "sign_out"], // Revoked or erased.
    [4408, "reconnect"], // Too slow; resume.
    [4409, "stop"], // Replaced by a newer session.
    [4429, "wait"], // Too many calls.
]);
