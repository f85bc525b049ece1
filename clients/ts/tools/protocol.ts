// protocol.ts -- clients/protocol.json as typed values.

export type FieldType = "id" | "int" | "bool" | "text" | "word" | "time" | "list" | "object" | "any";

export interface Field {
    readonly name: string;
    readonly type: FieldType;
    readonly doc: string;
    readonly min?: number;
    readonly max?: number;
    readonly words?: readonly string[];
    readonly fields?: readonly Field[];
    readonly items?: Field;
    readonly optional?: boolean;
    readonly nullable?: boolean;
    readonly open?: boolean;
}

export interface Method {
    readonly name: string;
    readonly doc: string;
    readonly since: string;
    readonly kind: "read" | "write" | "notify";
    readonly idem: boolean;
    readonly who: readonly string[];
    readonly barrier: boolean;
    readonly coalesced: boolean;
    readonly step_up: boolean;
    readonly params: readonly Field[];
    readonly result: readonly Field[];
    readonly publishes: readonly string[];
    readonly errors: readonly string[];
}

export interface EventType {
    readonly name: string;
    readonly doc: string;
    readonly gates: readonly string[];
    readonly keep: "all" | "latest";
    readonly refs: readonly Field[];
    readonly view: readonly Field[] | null;
}

export interface Message {
    readonly name: string;
    readonly doc: string;
    readonly params: readonly Field[];
}

export interface ErrorRow {
    readonly code: number;
    readonly reason: string;
    readonly text: string;
    readonly retry_ms: number | null;
}

export interface CloseCode {
    readonly code: number;
    readonly text: string;
    readonly client: string;
}

export interface Stream {
    readonly name: string;
    readonly doc: string;
    readonly who: readonly string[];
    readonly snapshot: readonly Field[];
}

export interface Protocol {
    readonly protocol: string;
    readonly version: string;
    readonly methods: readonly Method[];
    readonly events: readonly EventType[];
    readonly messages: readonly Message[];
    readonly errors: readonly ErrorRow[];
    readonly close_codes: readonly CloseCode[];
    readonly streams: readonly Stream[];
}

const lists = ["methods", "events", "messages", "errors", "close_codes", "streams"] as const;

/** Reads the file's text. Throws when it is not a description of this protocol; its rows are taken as they are. */
export function readProtocol(text: string): Protocol {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || (value as Protocol).protocol !== "clubhub.v1") {
        throw new Error("not a description of clubhub.v1");
    }
    for (const list of lists) {
        if (!Array.isArray((value as Record<string, unknown>)[list])) {
            throw new Error(`protocol.json has no list "${list}"`);
        }
    }
    return value as Protocol;
}
