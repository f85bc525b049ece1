// index.ts -- what the package exports.

export { Account, type AccountOptions, type TokenStore } from "./account.js";
export { backoffMs, defaultBackoff, type BackoffLimits } from "./backoff.js";
export type { CallOptions, MethodName, Params, Result } from "./calls.js";
export { Client } from "./client.js";
export { company, type Company, type Typing } from "./company.js";
export { HubError, type LocalReason } from "./errors.js";
export {
    closeActions,
    errorRetryMs,
    methodKinds,
    protocolName,
    protocolVersion,
    type CloseAction,
    type ErrorReason,
    type Events,
    type Messages,
    type MethodKind,
    type Methods,
    type SnapshotOf,
    type Snapshots,
    type StreamName,
} from "./generated.js";
export { newIdem } from "./idem.js";
export type { ClientEvents, ClientOptions, ClientProblem, ClientState, SessionInfo } from "./options.js";
export { between, ORDER_KEY_MAX, spread } from "./order.js";
export { foldPlan, itineraryOrder, PlanCopy, type Plan, type PlanCopyEvents, type PlanItem, type PlanMember, type PlanPoll, type PlanProposal } from "./plan.js";
export type {
    Actor,
    EventOf,
    Gap,
    HubEvent,
    Position,
    SeqRange,
    Snapshot,
    Subscription,
    SubscriptionEvents,
    SubscriptionState,
} from "./subscription.js";
export { allOfProof, queueOrder, verifyQueue, type QueueProof, type QueueProofPage, type QueueVerdict } from "./queue.js";
export type { Signal } from "./signal.js";
export type { GetToken } from "./token.js";
export { cardCode, totp, type CardCode, type CodeParameters } from "./totp.js";
export type { WebSocketConstructor, WebSocketLike } from "./transport.js";
