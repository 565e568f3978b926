export { createMediaPool, type MediaLog, type MediaPool, type MediaPoolDeps, type MediaPoolStats } from './io/media-pool.ts';
export type { OpenLeg } from './io/pool-leg.ts';
export type { LegChange, LegSpec, RemoteMedia } from './leg-spec.ts';
export { mediaOptions, type MediaOptions } from './options.ts';
export { runMediaWorker, type MediaProbe, type MediaWorkerDeps } from './io/media-worker.ts';
export type { MediaWorkerData, ModelPaths } from './worker/messages.ts';
