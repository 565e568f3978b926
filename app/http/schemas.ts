import * as z from 'zod';
import { MEDIA_ENCRYPTIONS } from '#domain/leg-media';
import { readOrigin } from '#webrtc-client';

/** What the HTTP API reads and answers, as schemas: requests are checked with them, and `GET /openapi.json` and docs/reference are made of them. */

export const callListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Upper limit of calls in the answer.'),
  before: z.iso
    .datetime()
    .optional()
    .describe('Only calls that started before this time (ISO 8601, UTC): the startedAt of the last one, for the next page.'),
  signallingId: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('Only the call with this SIP Call-ID, or with the id that a browser call has in its place.'),
});

/** `ttl`: the limits of the configuration. */
export function callTokenRequest(ttl: { readonly ttlS: number; readonly maxTtlS: number }, hasPersona: (name: string) => boolean) {
  return z.strictObject({
    persona: z
      .string()
      .min(1)
      .max(128)
      .refine(hasPersona, 'there is no persona of this name')
      .optional()
      .describe('Only this persona may be called.'),
    origin: z
      .string()
      .refine((text) => readOrigin(text) !== undefined, 'must be an origin such as https://www.example.net, without user, path or query')
      .optional()
      .describe('Only pages of this origin may call.'),
    ttlS: z
      .int()
      .min(5)
      .max(ttl.maxTtlS)
      .default(ttl.ttlS)
      .describe('Lifetime, seconds; the bounds are webrtc.callTokens.ttlS and maxTtlS.'),
  });
}

export const callTokenAnswer = z.strictObject({
  token: z.string().describe('Sent by the page as "Authorization: Bearer TOKEN" with its offer.'),
  expiresAt: z.iso.datetime(),
  persona: z.string().optional(),
  origin: z.string().optional(),
});

const legKind = z.enum(['sip', 'webrtc', 'websocket']);
const time = z.iso.datetime().describe('ISO 8601, UTC.');
const placesHeld = z.strictObject({
  connected: z.int(),
  connecting: z.int(),
  free: z.int().describe('Calls of this kind that could still connect.'),
});

/** For whoever is not inside: the status alone. */
export const healthStatus = z.strictObject({
  status: z
    .enum(['ready', 'degraded', 'starting', 'draining'])
    .describe(
      'ready: calls are answered and understood. degraded: calls are answered, but a service is down or an account is not registered. starting, draining: no calls.',
    ),
});
export const healthReport = healthStatus.extend({
  calls: z.int(),
  callsByKind: z.record(legKind, z.int()),
  places: z.record(legKind, placesHeld),
  services: z.array(
    z.looseObject({
      name: z.string(),
      state: z.string(),
      reason: z.string().optional(),
      refuses: z
        .array(z.string())
        .optional()
        .describe('Parts of requests that the server refuses, such as tools; it is asked without them.'),
    }),
  ),
  accounts: z
    .array(
      z.strictObject({
        name: z.string(),
        state: z
          .enum(['registering', 'registered', 'refused', 'failed', 'stopped'])
          .describe('refused: the registrar does not want it; failed: it did not answer, or not well. Both are tried again.'),
        registrar: z.string(),
        fault: z.string().optional().describe('Why the last try failed, such as wrong-password; also while an earlier registration holds.'),
        status: z.int().optional().describe('SIP status of that answer.'),
        expiresS: z.int().optional().describe('Lifetime that the registrar granted, seconds.'),
        nextTryAt: time.optional(),
      }),
    )
    .describe('Registrations of sip.accounts.'),
  trunks: z
    .array(z.strictObject({ name: z.string(), state: z.enum(['unknown', 'up', 'down']).optional().describe('Absent: it is not asked.') }))
    .describe('Trunks of sip.trunks.'),
  addresses: z.array(z.string()).describe('SIP addresses that can be dialled.'),
  pages: z.array(z.string()).describe('Addresses of the page.'),
});

const endReason = z
  .string()
  .describe('Who ended the call and why, such as caller/hangup; docs/reference/errors.md lists them. Absent while the call runs.');
export const callSummary = z.strictObject({
  callId: z.string(),
  kind: legKind,
  signallingId: z.string(),
  persona: z.string(),
  fromUser: z.string(),
  toUser: z.string(),
  startedAt: time,
  endedAt: time.optional(),
  endReason: endReason.optional(),
  turns: z.int(),
});
export const callList = z.strictObject({ calls: z.array(callSummary) });

const values = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.strictObject({ amount: z.number(), currency: z.string() })]),
);
const outcome = z.enum(['done', 'refused', 'failed']);
const action = z.strictObject({
  actionId: z.int(),
  name: z.string(),
  startedAt: time,
  args: values,
  authority: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('caller'), readBack: z.string(), answer: z.string() }),
    z.strictObject({ by: z.literal('declaration') }),
  ]),
  endedAt: time.optional(),
  outcome: outcome.optional(),
  code: z.string().optional().describe('Why it was refused or failed.'),
  values: values.optional(),
  mayHaveHappened: z.boolean().optional().describe('It failed, but its effect may have happened.'),
  late: z
    .strictObject({ at: time, outcome, code: z.string().optional(), values: values.optional() })
    .optional()
    .describe('What was learned after its time limit.'),
  tookMs: z.number().optional(),
});

/** `GET /v1/calls/ID`. */
export const callRecordSchema = z.strictObject({
  callId: z.string(),
  facts: z.strictObject({
    callId: z.string(),
    legId: z.string(),
    kind: legKind,
    direction: z.enum(['inbound', 'outbound']),
    to: z.string(),
    toUser: z.string(),
    from: z.string(),
    fromUser: z.string(),
    displayName: z.string().optional(),
    peer: z.string().describe('Address and port of the remote that signalled.'),
    headers: z.record(z.string(), z.string()).describe('SIP header fields that begin with X-, names in lower case.'),
    account: z.string().optional().describe('The account of sip.accounts that was called.'),
    trunk: z.string().optional().describe('The trunk of sip.trunks that the call came by.'),
    persona: z.string().optional().describe('Who answers there, whatever was dialled.'),
    signallingId: z.string(),
  }),
  persona: z.string(),
  startedAt: time,
  endedAt: time.optional(),
  endReason: endReason.optional(),
  setupMs: z.number().optional(),
  turns: z.array(
    z.strictObject({
      at: time,
      turnId: z.int(),
      source: z.enum(['greeting', 'knowledge', 'llm', 'dialogue', 'fault', 'echo']),
      outcome: z.enum(['completed', 'interrupted', 'failed', 'abandoned']),
      callerText: z.string(),
      botText: z.string(),
      heardText: z.string().describe('The part of botText whose audio was played out.'),
      stages: z.record(z.string(), z.number()).describe("End of each stage, ms after the caller's last sound."),
      detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    }),
  ),
  utterances: z.array(z.strictObject({ at: time, text: z.string(), confidence: z.number() })),
  tones: z.array(
    z.strictObject({
      at: time,
      turnId: z.int(),
      tone: z.enum(['neutral', 'happy', 'sad', 'upset', 'unsure']),
      confidence: z.number(),
      basis: z.array(z.enum(['words', 'cues', 'sound', 'model', 'before'])),
      voice: z
        .strictObject({
          raised: z.boolean(),
          levelDb: z.number(),
          pitchSemitones: z.number().optional(),
          rateRatio: z.number().optional(),
        })
        .optional(),
      late: z.boolean().optional(),
    }),
  ),
  bargeIns: z.array(z.strictObject({ at: time, turnId: z.int(), decision: z.string(), why: z.string(), decidedMs: z.number() })),
  dtmf: z.string(),
  messages: z.array(z.string()),
  actions: z.array(action),
  faults: z.array(z.strictObject({ at: time, service: z.string(), code: z.string() })),
  encryption: z
    .enum(MEDIA_ENCRYPTIONS)
    .optional()
    .describe('What the media were encrypted with; `none`: not at all. A call by WebSocket has none: its connection may be encrypted.'),
  stats: z.record(z.string(), z.number()).optional().describe('Statistics of the media at the end of the call.'),
});
