// emitter.ts -- listeners by name, with the type of what each name carries.

export type Listener<T> = (value: T) => void;

/** Takes a listener away again. */
export type Stop = () => void;

export class Emitter<Types extends object> {
    readonly #listeners = new Map<keyof Types, Set<Listener<never>>>();

    /** Adds a listener; call the answer to take it away. */
    on<K extends keyof Types>(name: K, listener: Listener<Types[K]>): Stop {
        let set = this.#listeners.get(name);
        if (set === undefined) {
            set = new Set();
            this.#listeners.set(name, set);
        }
        set.add(listener);
        return () => set.delete(listener);
    }

    /** Tells the listeners of `name`. One that throws stops neither the others nor the caller. */
    protected emit<K extends keyof Types>(name: K, value: Types[K]): void {
        const set = this.#listeners.get(name) as Set<Listener<Types[K]>> | undefined;
        if (set === undefined) {
            return;
        }
        for (const listener of [...set]) {
            try {
                listener(value);
            } catch (problem) {
                throwLater(problem);
            }
        }
    }
}

/** Gives the fault to the page's or process's own handler of uncaught errors. */
function throwLater(problem: unknown): void {
    setTimeout(() => {
        throw problem;
    }, 0);
}
