// asyncapi.ts -- clients/asyncapi.json as a judge of real messages.

import { Ajv, type ValidateFunction } from "ajv";
import { readFileSync } from "node:fs";

interface Ref {
    readonly $ref: string;
}

interface Schema {
    type?: string;
    properties?: Record<string, Schema>;
    additionalProperties?: boolean;
    anyOf?: Ref[];
}

interface Operation {
    readonly action: "send" | "receive";
    readonly messages: readonly Ref[];
    readonly reply?: { readonly messages: readonly Ref[] };
}

export interface AsyncApi {
    readonly asyncapi: string;
    readonly operations: Record<string, Operation>;
    readonly components: { readonly messages: Record<string, { payload: Schema }>; readonly schemas: Record<string, Schema> };
    readonly "x-streams": readonly { readonly name: string; readonly snapshot: Ref }[];
}

export function readAsyncApi(): AsyncApi {
    return JSON.parse(readFileSync("../asyncapi.json", "utf8")) as AsyncApi;
}

const last = (ref: Ref): string => ref.$ref.slice(ref.$ref.lastIndexOf("/") + 1);

/** Holds values against the document as it stands in this version: what it does not name does not fit. */
export class Judge {
    readonly seen = new Set<string>();
    readonly #document = readAsyncApi();
    readonly #ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false });
    readonly #compiled = new Map<string, ValidateFunction>();
    readonly #common: ReadonlySet<string>;

    constructor() {
        const { messages, schemas } = this.#document.components;
        for (const [name, schema] of Object.entries(schemas)) {
            if (!name.startsWith("error.")) {
                schema.additionalProperties ??= false;
            }
        }
        for (const { payload } of Object.values(messages)) {
            if (payload.properties !== undefined) {
                payload.additionalProperties = false;
            }
        }
        this.#common = new Set((messages["refused"]?.payload.anyOf ?? []).map(last));
        this.#ajv.addSchema(this.#document, "asyncapi");
    }

    /** What is wrong with it; "" when nothing is. */
    message(name: string, value: unknown): string {
        if (this.#document.components.messages[name] === undefined) {
            return `${name} is not in asyncapi.json`;
        }
        this.seen.add(name);
        return this.#check(`#/components/messages/${name}/payload`, value);
    }

    snapshot(stream: string, value: unknown): string {
        const kind = (name: string): string => name.replace(/:.*$/, "");
        const found = this.#document["x-streams"].find((s) => kind(s.name) === kind(stream));
        return found === undefined ? `${stream} is not in asyncapi.json` : this.#check(found.snapshot.$ref, value);
    }

    /** May this method be refused with it? */
    mayAnswer(method: string, message: string): boolean {
        return this.#common.has(message) || (this.#document.operations[method]?.reply?.messages.map(last).includes(message) ?? false);
    }

    #check(ref: string, value: unknown): string {
        let validate = this.#compiled.get(ref);
        if (validate === undefined) {
            validate = this.#ajv.compile({ $ref: `asyncapi${ref}` });
            this.#compiled.set(ref, validate);
        }
        return validate(value) ? "" : `${ref}: ${this.#ajv.errorsText(validate.errors)}`;
    }
}
