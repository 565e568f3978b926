import type { EndReason } from '#domain/end-reason';
import { byeReasonHeader, refusalOf } from '#sip-gateway';

type Label<R extends EndReason = EndReason> = R extends { readonly by: infer B extends string; readonly code: infer C extends string }
  ? `${B}/${C}`
  : never;

/** The type checker refuses this table when a reason is added or goes. */
const END_REASONS: Readonly<Record<Label, string>> = {
  'caller/hangup': 'The caller hung up.',
  'caller/cancelled': 'The caller gave up before the answer.',
  'bot/goodbye': 'The bot said goodbye.',
  'bot/silent-caller': 'The caller said nothing, in spite of two questions.',
  'bot/transfer': 'The call was transferred.',
  'operator/shutdown': 'Parley was stopped.',
  'operator/requested': 'An operator ended the call (DELETE /v1/calls/ID).',
  'network/media-timeout': 'No RTP arrived for media.timeoutMs.',
  'network/peer-gone': 'The browser sent neither connectivity checks nor audio for webrtc.goneMs.',
  'network/connect-timeout': 'The browser did not connect within webrtc.connectMs.',
  'network/ack-timeout': 'The ACK did not come within sip.ackMs.',
  'network/session-expired': 'The SIP session timer expired.',
  'network/control-connection-lost': 'The connection to the SIP server was lost.',
  'network/rejected-by-peer': 'The remote rejected a request within the call.',
  'network/too-many-messages': 'The client sent too many messages.',
  'system/media-worker-died': 'The media thread of the call ended.',
  'system/internal-error': 'A defect; the log has the cause.',
  'system/no-ports': 'All media ports were in use.',
  'system/max-duration': 'The call reached pipeline.maxCallMs.',
  'system/process-died': 'Parley ended during the call; written by the next start.',
  'refused/not-allowed': 'The address of the caller is not in sip.allow and of no trunk or account, or the token or origin was refused.',
  'refused/no-such-address': 'No persona answers the called address.',
  'refused/no-common-codec': 'The offer has no codec that Parley speaks.',
  'refused/no-audio': 'The offer has no usable audio.',
  'refused/no-encryption': 'The audio that was offered is not encrypted as sip.srtp wants it, or in a way that Parley does not speak.',
  'refused/bad-offer': 'The session description cannot be read.',
  'refused/too-many-calls': 'All places are taken (limits.calls).',
  'refused/too-many-from-address': 'The address has as many calls as limits.perAddress allows.',
  'refused/shutting-down': 'Parley is stopping.',
  'refused/not-ready': 'The speech services are not ready.',
};

export interface DescribedReason {
  readonly label: string;
  readonly meaning: string;
  /** Of the INVITE, where the call ends before it is answered; undefined where that cannot be. */
  readonly sipStatus: number | undefined;
  /** Of the BYE of an answered call; undefined: 31, unspecified. */
  readonly byeCause: string | undefined;
}

export function describeEndReasons(): readonly DescribedReason[] {
  return Object.entries(END_REASONS).map(([label, meaning]) => {
    const [by, code] = label.split('/');
    const reason = { by, code } as EndReason;
    const { status } = refusalOf(reason);
    const cause = /cause=(\d+)/.exec(byeReasonHeader(reason))?.[1];
    return {
      label,
      meaning,
      sipStatus: status !== 500 || OWN_500.has(label) ? status : undefined,
      byeCause: cause === UNSPECIFIED ? undefined : cause,
    };
  });
}

/** 500 is also the answer for what has no row of its own, such as an end that only an answered call can have. */
const OWN_500: ReadonlySet<string> = new Set<Label>(['system/media-worker-died', 'system/internal-error']);
/** Q.850: normal, unspecified; for what has no row of its own. */
const UNSPECIFIED = '31';
