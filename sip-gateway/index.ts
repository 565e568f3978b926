export { startSipGateway } from './io/gateway.ts';
export type { SipGateway } from './io/gateway.ts';
export type { SipGatewayDeps } from './gateway-deps.ts';
export { privateNetworks, sipOptions } from './options.ts';
export type { SipOptions } from './options.ts';
export { byeReasonHeader, reasonOfServerBye, reasonOfStatus, refusalOf } from './sip-status.ts';
export type { SipRefusal, SipWarning } from './sip-status.ts';
