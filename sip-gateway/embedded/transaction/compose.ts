import type { CoreHeaders } from '../message/core-headers.ts';
import { header, headerFields, headerValue, type HeaderField, NO_BODY, type SipRequest, type SipResponse } from '../message/sip-message.ts';

/** What a request was answered with besides its status line. */
export interface ResponseParts {
  readonly status: number;
  readonly reason: string;
  /** Our tag for To; '' for a response without one (100). */
  readonly localTag: string;
  readonly headers?: readonly HeaderField[];
  readonly body?: Uint8Array;
}

/** Copies what RFC 3261 section 8.2.6 copies and puts `parts` behind it. */
export function composeResponse(
  request: { readonly headers: readonly HeaderField[] },
  core: CoreHeaders,
  parts: ResponseParts,
): SipResponse {
  const headers: HeaderField[] = [];
  const recordsRoute = parts.status > 100 && parts.status < 300;
  for (const field of request.headers) {
    switch (field.key) {
      case 'via':
      case 'from':
      case 'call-id':
      case 'cseq':
        headers.push(field);
        break;
      case 'to': {
        const hasTag = core.to === undefined ? /;\s*tag\s*=/i.test(field.value) : core.to.params['tag'] !== undefined;
        headers.push(parts.localTag !== '' && !hasTag ? header('To', `${field.value};tag=${parts.localTag}`) : field);
        break;
      }
      case 'record-route':
        if (recordsRoute) headers.push(field);
        break;
      case 'timestamp':
        if (parts.status === 100) headers.push(field);
        break;
      default:
    }
  }
  if (parts.headers !== undefined) headers.push(...parts.headers);
  return { kind: 'response', status: parts.status, reason: parts.reason, headers, body: parts.body ?? NO_BODY };
}

/** The ACK of a non-2xx answer, made by the transaction: RFC 3261 section 17.1.1.3. */
export function composeFailureAck(invite: SipRequest, response: SipResponse): SipRequest {
  return { kind: 'request', method: 'ACK', uri: invite.uri, body: NO_BODY, headers: sameHop(invite, 'ACK', headerValue(response, 'to')) };
}

/** CANCEL of an INVITE of ours, section 9.1. `extra`: Reason and the like. */
export function composeCancel(invite: SipRequest, extra: readonly HeaderField[]): SipRequest {
  return {
    kind: 'request',
    method: 'CANCEL',
    uri: invite.uri,
    body: NO_BODY,
    headers: [...sameHop(invite, 'CANCEL', headerValue(invite, 'to')), ...extra],
  };
}

/** What the user of a client transaction is told when no answer came from the network: 408 or 503. */
export function composeLocalAnswer(request: SipRequest, status: number, reason: string): SipResponse {
  const headers = request.headers.filter((field) => LOCAL_ANSWER_KEYS.has(field.key));
  return { kind: 'response', status, reason, headers, body: NO_BODY };
}

function sameHop(invite: SipRequest, method: string, to: string | undefined): readonly HeaderField[] {
  const via = headerFields(invite, 'via')[0] as HeaderField;
  const cseq = (headerValue(invite, 'cseq') ?? '1').split(' ')[0] as string;
  return [
    via,
    header('Max-Forwards', '70'),
    header('From', headerValue(invite, 'from') ?? ''),
    header('To', to ?? ''),
    header('Call-ID', headerValue(invite, 'call-id') ?? ''),
    header('CSeq', `${cseq} ${method}`),
    ...headerFields(invite, 'route'),
  ];
}

const LOCAL_ANSWER_KEYS: ReadonlySet<string> = new Set(['via', 'from', 'to', 'call-id', 'cseq']);
