// shapes.ts -- lists of fields that stand in several places: shown once, and named after their first use.

import type { Field, Protocol } from "./protocol.js";

const smallest = 3; // fields; shorter lists are repeated

export interface Shape {
    readonly name: string;
    readonly fields: readonly Field[];
}

/** Finds the shape of a list of fields by its content. */
export class Shapes {
    readonly #uses = new Map<string, { readonly name: string; readonly fields: readonly Field[]; count: number }>();
    readonly #named = new Map<string, Shape>();

    constructor(p: Protocol) {
        // What a ".get" answers gives the best names.
        for (const m of [...p.methods].sort((a, b) => Number(b.name.endsWith(".get")) - Number(a.name.endsWith(".get")))) {
            this.#add(m.name.replace(/\.get$/, ""), m.result);
        }
        for (const e of p.events) {
            this.#nested(e.name, e.refs);
            this.#add(e.name, e.view ?? []);
        }
        for (const row of [...p.methods.map((m) => [m.name, m.params] as const), ...p.messages.map((m) => [m.name, m.params] as const)]) {
            this.#nested(...row);
        }
        for (const s of p.streams) {
            this.#add(s.name, s.snapshot);
        }
        const taken = new Map<string, number>();
        for (const [key, { name, fields, count }] of this.#uses) {
            if (count > 1) {
                const n = (taken.get(name) ?? 0) + 1;
                taken.set(name, n);
                this.#named.set(key, { name: n === 1 ? name : `${name}-${String(n)}`, fields });
            }
        }
    }

    /** Undefined: it is shown where it stands. */
    of(fields: readonly Field[]): Shape | undefined {
        return this.#named.get(JSON.stringify(fields));
    }

    all(): Shape[] {
        return [...this.#named.values()].sort((a, b) => a.name.localeCompare(b.name, "en"));
    }

    #add(name: string, fields: readonly Field[]): void {
        if (fields.length < smallest) {
            this.#nested(name, fields);
            return;
        }
        const key = JSON.stringify(fields);
        const use = this.#uses.get(key);
        if (use !== undefined) {
            use.count++;
            return; // what is within it is shown with it
        }
        this.#uses.set(key, { name, fields, count: 1 });
        this.#nested(name, fields);
    }

    #nested(name: string, fields: readonly Field[]): void {
        for (const f of fields) {
            this.#add(f.name === "" ? name : f.name, f.fields ?? []);
        }
    }
}
