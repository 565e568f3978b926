export { startSipGateway } from './io/gateway.ts';
export type { SipGateway } from './io/gateway.ts';
export type { AccountState, TrunkStatus } from './io/lines.ts';
export { sipOptions } from './options.ts';
export { byeReasonHeader, refusalOf } from './sip-status.ts';
