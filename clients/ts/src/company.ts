// company.ts -- who else has a stream open and who types, from its signals, each for as long as it was told.

import type { StreamName } from "./generated.js";
import type { Signal } from "./signal.js";
import type { Subscription } from "./subscription.js";

export interface Typing {
    readonly member: string;
    /** At this item; null: at none in particular. */
    readonly item: string | null;
}

export interface Company {
    /** Members who have the stream open, but for the caller. */
    readonly present: readonly string[];
    readonly typing: readonly Typing[];
    /** Told at every change. Returns how to stop it. */
    onChange(listener: () => void): () => void;
    /** Forgets all and listens no more. */
    stop(): void;
}

/** Listens to the signals of a subscription: call it at once after subscribe(). A lost connection empties it. */
export function company<S extends StreamName>(subscription: Subscription<S>): Company {
    const present = new Map<string, ReturnType<typeof setTimeout>>();
    const typing = new Map<string, { item: string | null; timer: ReturnType<typeof setTimeout> }>();
    const listeners = new Set<() => void>();
    const changed = (): void => {
        for (const listener of [...listeners]) {
            listener();
        }
    };

    const notTyping = (member: string): boolean => {
        clearTimeout(typing.get(member)?.timer);
        return typing.delete(member);
    };
    const gone = (member: string): boolean => {
        clearTimeout(present.get(member));
        return present.delete(member);
    };
    const clear = (): void => {
        const members = new Set([...present.keys(), ...typing.keys()]);
        for (const member of members) {
            gone(member);
            notTyping(member);
        }
        if (members.size > 0) {
            changed();
        }
    };
    const later = (ttlMs: number, over: (member: string) => boolean, member: string): ReturnType<typeof setTimeout> =>
        setTimeout(() => {
            if (over(member)) {
                changed();
            }
        }, ttlMs);

    const take = (signal: Signal): void => {
        const { member } = signal;
        if (signal.type === "typing") {
            const before = typing.get(member);
            notTyping(member);
            typing.set(member, { item: signal.item, timer: later(signal.ttlMs, notTyping, member) });
            if (before?.item !== signal.item) {
                changed();
            }
        } else if (signal.on) {
            const isNew = !gone(member);
            present.set(member, later(signal.ttlMs, gone, member));
            if (isNew) {
                changed();
            }
        } else {
            const wasTyping = notTyping(member);
            if (gone(member) || wasTyping) {
                changed();
            }
        }
    };

    const offs = [
        subscription.on("signal", take),
        subscription.on("state", (state) => {
            if (state !== "subscribed") {
                clear();
            }
        }),
    ];
    return {
        get present() {
            return [...present.keys()];
        },
        get typing() {
            return [...typing].map(([member, { item }]) => ({ member, item }));
        },
        onChange(listener) {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
        stop() {
            for (const off of offs) {
                off();
            }
            listeners.clear();
            clear();
        },
    };
}
