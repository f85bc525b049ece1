// inbox.ts -- handles messages in order, and lets a settled promise run before the next one.

export class Inbox<T> {
    readonly #handle: (item: T) => boolean;
    #items: T[] = [];
    #isBusy = false;

    /** @param handle answers true when promises it settled should run before the next item */
    constructor(handle: (item: T) => boolean) {
        this.#handle = handle;
    }

    push(items: readonly T[]): void {
        this.#items.push(...items);
        if (!this.#isBusy) {
            this.#drain();
        }
    }

    /** Drops what is left. */
    clear(): void {
        this.#items = [];
    }

    #drain(): void {
        this.#isBusy = true;
        for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift()) {
            if (this.#handle(item)) { // though nothing waits: another message may come in the same turn of the loop
                queueMicrotask(() => this.#drain());
                return;
            }
        }
        this.#isBusy = false;
    }
}
