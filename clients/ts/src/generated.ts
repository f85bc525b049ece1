// generated.ts -- the protocol as types. Made from clients/protocol.json by `npm run generate`; do not edit.

export const protocolName = "clubhub.v1";
export const protocolVersion = "1";

/** Every method: what it takes and what it answers. */
export interface Methods {
    /** Signs in with an address and a password. Who: guest. Errors: UNAUTHENTICATED, RATE. */
    "account.login": {
        params: {
            /** E-mail address. 3 to 254 characters. */
            email: string;
            /** The password. 1 to 200 characters. */
            password: string;
        };
        result: {
            /** Access token. */
            token: string;
            /** Seconds the access token is good for. */
            expires_in_s: number;
            /** For account.refresh; used once. */
            refresh_token: string;
            /** Who this is. */
            principal: Record<string, unknown>;
        };
    };
    /** Ends this sign-in everywhere it is used. Who: guest, member. */
    "account.logout": {
        params: {
            /** The sign-in to end. 1 to 200 characters. */
            refresh_token?: string;
        };
        result: Record<string, never>;
    };
    /** A new access token for a refresh token. Who: guest. Errors: UNAUTHENTICATED. */
    "account.refresh": {
        params: {
            /** The newest refresh token. 1 to 200 characters. */
            refresh_token: string;
        };
        result: {
            /** Access token. */
            token: string;
            /** Seconds the access token is good for. */
            expires_in_s: number;
            /** The next refresh token. */
            refresh_token: string;
            /** Who this is. */
            principal: Record<string, unknown>;
        };
    };
    /** All purposes and the caller's answers. Who: member. */
    "consent.catalog": {
        params: Record<string, never>;
        result: {
            /** The consent epoch, the base of consent.give. */
            epoch: number | null;
            /** What can be asked. */
            purposes: {
                /** Its name. */
                purpose: string;
                /** Version of the text. */
                text_ver: number;
                /** Language of the text. */
                locale: string;
            }[];
            /** Product categories of the caller's clubs. */
            categories: {
                /** The category. */
                category: string;
                /** Its club. */
                club: string;
            }[];
        };
    };
    /** Gives consent. Who: member. Errors: CONFLICT, STALE. Publishes: consent.changed. */
    "consent.give": {
        params: {
            /** What is given. 1 to 50 items. */
            items: {
                /** Purpose. */
                purpose: string;
                /** Club or category. */
                scope?: string;
                /** Channel. */
                channel?: "inapp" | "push" | "email" | "sms";
                /** Version of the text that was shown. 1 to 1000000. */
                text_ver: number;
                /** Language of the text that was shown. */
                locale?: "en" | "nb" | "ro" | "pt" | "he";
            }[];
            /** The consent epoch the screen showed. 0 to 9007199254740991. */
            base: number;
            /** Where it was given. 1 to 60 characters. */
            method?: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The new consent epoch. */
            epoch: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Refuses. Who: member. Publishes: consent.changed. */
    "consent.refuse": {
        params: {
            /** What is given. 1 to 50 items. */
            items: {
                /** Purpose. */
                purpose: string;
                /** Club or category. */
                scope?: string;
                /** Channel. */
                channel?: "inapp" | "push" | "email" | "sms";
                /** Version of the text that was shown. 1 to 1000000. */
                text_ver: number;
                /** Language of the text that was shown. */
                locale?: "en" | "nb" | "ro" | "pt" | "he";
            }[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The new consent epoch. */
            epoch: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Withdraws consent; the reply comes when it is in force everywhere. Who: member. Publishes: consent.changed. */
    "consent.withdraw": {
        params: {
            /** Purpose. */
            purpose: string;
            /** Club or category; all when left out. */
            scope?: string;
            /** Channel; all when left out. */
            channel?: "inapp" | "push" | "email" | "sms";
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The new consent epoch. */
            epoch: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Withdraws every consent. Who: member. Publishes: consent.changed. */
    "consent.withdraw_all": {
        params: {
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The new consent epoch. */
            epoch: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Publishes an offer in a category. Who: editor. Errors: NOT_FOUND. Publishes: post.published. */
    "feed.offer_news": {
        params: {
            /** The club. */
            club: string;
            /** The category. */
            category: string;
            /** Title. 1 to 120 characters. */
            title?: string;
            /** The words. 1 to 10000 characters. */
            body: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The post. */
            post: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Publishes a post in a club. Who: member. Errors: NOT_MEMBER, LIMIT. Publishes: post.published. */
    "feed.post": {
        params: {
            /** The club. */
            club: string;
            /** Kind of post. */
            kind?: "story" | "recommendation" | "question";
            /** Title. 1 to 120 characters. */
            title?: string;
            /** The words. 1 to 10000 characters. */
            body: string;
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The post. */
            post: string;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** Credits points for a purchase. Who: service:pos. Errors: NOT_FOUND. Publishes: points.changed. */
    "points.earn": {
        params: {
            /** Who earns. */
            member: string;
            /** The club. */
            club: string;
            /** The receipt. 1 to 64 characters. */
            receipt: string;
            /** What was bought. 1 to 100 items. */
            lines: {
                /** Price. */
                amount: {
                    /** Minor units. */
                    minor: number;
                    /** Currency. */
                    cur: string;
                };
            }[];
            /** Idempotency key; the client makes one when it is left out. 8 to 64 characters. */
            idem?: string;
        };
        result: {
            /** The ledger transaction. */
            tx: string | null;
            /** Points credited. */
            points: number;
            /** This is the stored answer to an earlier attempt with the same key. */
            replay?: boolean;
        };
    };
    /** The caller's points. Who: member. */
    "points.summary": {
        params: Record<string, never>;
        result: {
            /** Points to spend. */
            available: number;
            /** Version of the wallet. */
            ver: number;
        };
    };
    /** Signs this connection in. Who: guest. Errors: UNAUTHENTICATED. */
    "session.auth": {
        params: {
            /** Access token. 1 to 8192 characters. */
            token: string;
        };
        result: {
            /** Who this is. */
            principal: {
                /** Kind. */
                kind: "member" | "staff" | "service";
                /** Of a member or of staff. */
                id?: string;
                [member: string]: unknown;
            };
            /** Memberships. */
            clubs: {
                /** The club. */
                club: string;
                [member: string]: unknown;
            }[];
            /** Streams this principal may subscribe to. */
            streams: (string)[];
            /** The server's clock. RFC 3339, UTC. */
            server_time: string;
            /** The consent epoch. */
            consent_epoch: number | null;
            /** Limits of this session. */
            limits: {
                /** Calls at once. */
                calls_in_flight: number;
                /** Calls per second. */
                calls_per_s: number;
                /** Streams at once. */
                subscriptions: number;
                /** Longest message. */
                message_bytes: number;
            };
            /** Database lineage. */
            epoch: string;
        };
    };
    /** Replaces the token of this connection. Who: member. Errors: UNAUTHENTICATED. */
    "session.refresh": {
        params: {
            /** Access token. 1 to 8192 characters. */
            token: string;
        };
        result: {
            /** Seconds for which the new token is good. */
            expires_in_s: number;
        };
    };
    /** Tells how far this device has read. Who: member. */
    "stream.ack": {
        params: {
            /** The stream. */
            stream: string;
            /** Newest seq. */
            seq: number;
        };
        result: Record<string, never>;
    };
    /** Begins or resumes a stream. Who: member. Errors: NOT_FOUND, LIMIT. */
    "stream.subscribe": {
        params: {
            /** The stream. 1 to 64 characters. */
            stream: string;
            /** Newest seq the client has. 0 to 9007199254740991. */
            after?: number;
            /** Lineage the seq belongs to. 1 to 64 characters. */
            epoch?: string;
        };
        result: {
            /** The stream. */
            stream: string;
            /** Lineage. */
            epoch: string;
            /** Newest seq this answer covers. */
            seq: number;
            /** The events are complete. */
            recovered: boolean;
            /** What was missed. */
            events?: Record<string, unknown>[];
            /** Everything as of seq. */
            snapshot?: unknown;
        };
    };
    /** Begins or resumes several streams. Who: member. */
    "stream.subscribe_many": {
        params: {
            /** The streams. 1 to 50 items. */
            streams: {
                /** The stream. 1 to 64 characters. */
                stream: string;
                /** Newest seq the client has. 0 to 9007199254740991. */
                after?: number;
                /** Lineage the seq belongs to. 1 to 64 characters. */
                epoch?: string;
            }[];
        };
        result: {
            /** Per stream what stream.subscribe answers, or error. */
            streams: Record<string, unknown>[];
        };
    };
    /** Ends a subscription. Who: member. */
    "stream.unsubscribe": {
        params: {
            /** The stream. 1 to 64 characters. */
            stream: string;
        };
        result: Record<string, never>;
    };
}

/** read: may be repeated. keyed: may be repeated with its key. write: must not. notify: has no answer. */
export type MethodKind = "read" | "keyed" | "write" | "notify";

export const methodKinds: { readonly [M in keyof Methods]: MethodKind } = {
    "account.login": "write",
    "account.logout": "write",
    "account.refresh": "write",
    "consent.catalog": "read",
    "consent.give": "keyed",
    "consent.refuse": "keyed",
    "consent.withdraw": "keyed",
    "consent.withdraw_all": "keyed",
    "feed.offer_news": "keyed",
    "feed.post": "keyed",
    "points.earn": "keyed",
    "points.summary": "read",
    "session.auth": "write",
    "session.refresh": "write",
    "stream.ack": "notify",
    "stream.subscribe": "read",
    "stream.subscribe_many": "read",
    "stream.unsubscribe": "read",
};

/** Every event: the shape of its data. */
export interface Events {
    /** The member's consents changed. Gate: legal.privacy. */
    "consent.changed": Record<string, never>;
    /** The balance changed. Gate: svc.points. Whole state: only the newest counts. */
    "points.changed": {
        /** Version of the wallet. */
        ver: number;
        /** Points to spend. */
        available: number;
    };
    /** A post appeared. Gate: svc.feed or mkt.offers. */
    "post.published": {
        /** The post. */
        post: string;
        /** The object, where it may be shown. */
        view?: {
            /** The words. */
            body: string;
        };
    };
}

/** What the server says unasked. */
export interface Messages {
    /** Something happened on a stream. */
    "event": {
        /** The stream. */
        stream: string;
        /** Its number. */
        seq: number;
        /** Event type. */
        type: string;
        /** When. RFC 3339, UTC. */
        at: string;
        /** Who did it. */
        actor?: Record<string, unknown> | null;
        /** By type. */
        data: Record<string, unknown>;
        /** The consent it needed. */
        basis?: Record<string, unknown>;
    };
    /** These numbers hold nothing for this recipient. */
    "stream.skip": {
        /** The stream. */
        stream: string;
        /** First. */
        from: number;
        /** Last. */
        to: number;
    };
    /** Take a snapshot. */
    "stream.resync": {
        /** The stream. */
        stream: string;
        /** Why. */
        reason: string;
    };
    /** The subscription is over. */
    "stream.ended": {
        /** The stream. */
        stream: string;
        /** Why. */
        reason: string;
    };
    /** The server will close. */
    "session.notice": {
        /** What. */
        kind: string;
        /** Come back after so long. */
        reconnect_ms?: number;
    };
    /** The token expires soon. */
    "session.expiring": {
        /** Seconds left. */
        in_s: number;
    };
}

/** Every kind of stream: the shape of its snapshot. */
export interface Snapshots {
    /** The caller's own. */
    "me": {
        /** Points. */
        points: Record<string, unknown>;
    };
    /** A club. */
    "club": {
        /** First page of feed.list. */
        posts: Record<string, unknown>[];
    };
    /** Work of a club's staff. */
    "staff": Record<string, never>;
}

export type StreamName = "me" | `club:${string}` | `staff:${string}`;

export type SnapshotOf<S extends StreamName> =
    S extends "me" ? Snapshots["me"] :
    S extends `club:${string}` ? Snapshots["club"] :
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
    | "NOT_FOUND"
    | "CONFLICT"
    | "RATE"
    | "BUSY"
    | "UNAVAILABLE"
    | "TIMEOUT"
    | "NOT_MEMBER"
    | "LIMIT"
    | "STALE";

/** Milliseconds to wait before the same call may be sent again; null: do not repeat it. */
export const errorRetryMs: { readonly [R in ErrorReason]: number | null } = {
    PARSE: null, // -32700 This is not valid JSON.
    INVALID_REQUEST: null, // -32600 This is not a JSON-RPC 2.0 request.
    METHOD_NOT_FOUND: null, // -32601 There is no such method.
    INVALID_PARAMS: null, // -32602 A parameter is missing or wrong.
    INTERNAL: null, // -32603 Something went wrong on our side.
    UNAUTHENTICATED: null, // 1000 Sign in first.
    NOT_FOUND: null, // 1002 There is nothing here by that name.
    CONFLICT: null, // 1004 Someone changed this before you.
    RATE: 1000, // 1006 Too many of these; slow down.
    BUSY: 500, // 1007 Too many calls at once; try again shortly.
    UNAVAILABLE: 1000, // 1008 The club is not reachable for the moment; try again shortly.
    TIMEOUT: 1000, // 1011 This took too long.
    NOT_MEMBER: null, // 1014 Only members of the club may do this.
    LIMIT: null, // 1024 A limit is reached.
    STALE: null, // 1033 A newer text has been published; read it first.
};

/** wait: reconnect after the server's delay. token: get a new token first. sign_out: forget the session. */
export type CloseAction = "stop" | "reconnect" | "wait" | "token" | "sign_out";

export const closeActions: ReadonlyMap<number, CloseAction> = new Map<number, CloseAction>([
    [1000, "reconnect"], // Normal.
    [1001, "reconnect"], // Going away.
    [1007, "stop"], // Not UTF-8.
    [1009, "stop"], // Message too big.
    [1011, "reconnect"], // Server error.
    [1012, "wait"], // Restart or drain.
    [1013, "reconnect"], // Overloaded.
    [4400, "stop"], // Too many malformed messages.
    [4401, "token"], // No or expired token.
    [4403, "sign_out"], // Revoked or erased.
    [4408, "reconnect"], // Too slow.
    [4409, "stop"], // Replaced by a newer session.
    [4429, "wait"], // Too many calls.
]);
