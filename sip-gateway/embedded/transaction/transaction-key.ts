import { writeNameAddress } from '../message/address.ts';
import type { CoreHeaders } from '../message/core-headers.ts';
import { BRANCH_COOKIE } from '../message/via.ts';

/**
 * Names the server transaction that a request belongs to, RFC 3261 section 17.2.3. ACK falls to its INVITE. Peers that
 * write no unique branch (RFC 2543) are told apart by everything that a retransmission repeats. Undefined without Via.
 */
export function serverTransactionKey(method: string, uri: string, core: CoreHeaders): string | undefined {
  const { via } = core;
  if (via === undefined) return undefined;
  const kind = method === 'ACK' ? 'INVITE' : method;
  const branch = via.params['branch'] ?? '';
  const sentBy = `${via.host.toLowerCase()}:${via.port ?? 5060}`;
  if (branch.startsWith(BRANCH_COOKIE) && branch.length > BRANCH_COOKIE.length) return `${branch}|${sentBy}|${kind}`;
  const from = core.from === undefined ? '' : writeNameAddress(core.from);
  return `2543|${core.callId ?? ''}|${core.cseq?.number ?? ''}|${from}|${uri}|${branch}|${sentBy}|${kind}`;
}

/** Names a client transaction of ours: the branch is unique, CANCEL shares it with its INVITE. Section 17.1.3. */
export function clientTransactionKey(branch: string, method: string): string {
  return `${branch}|${method}`;
}

/** Names a request however it was routed: the same by two branches is a merged request, section 8.2.2.2. */
export function mergeKey(core: CoreHeaders, method: string = core.cseq?.method ?? ''): string {
  return `${core.callId ?? ''}|${core.from?.params['tag'] ?? ''}|${core.cseq?.number ?? ''}|${method}`;
}
