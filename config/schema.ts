import * as z from 'zod';
import { mediaOptions } from '#media/options';
import { pipelineOptions } from '#pipeline/options';
import { serviceOptions } from '#pipeline/service-options';
import { privateNetworks, sipOptions } from '#sip-gateway/options';
import { webrtcOptions } from '#webrtc-client/options';

/** What CTranslate2 computes with. */
const COMPUTE_TYPES = [
  'default',
  'auto',
  'int8',
  'int8_float32',
  'int8_float16',
  'int8_bfloat16',
  'int16',
  'float16',
  'bfloat16',
  'float32',
] as const;

const milliseconds = (low: number, high: number) => z.int().min(low).max(high);

const share = (ratio: number) => z.number().min(0).max(1).default(ratio);
const perAddress = (most: number) => z.int().min(0).max(10_000).default(most);

const limitsOptions = z
  .strictObject({
    calls: z
      .int()
      .min(1)
      .max(10_000)
      .default(20)
      .describe('Calls at once, by telephone and by browser together; one more gets 503 with Retry-After.'),
    kept: z
      .strictObject({
        sip: share(0.25).describe('For telephone calls.'),
        webrtc: share(0.25).describe('For browser calls.'),
        websocket: share(0.1).describe('For calls over /ws/audio.'),
      })
      .refine(({ sip, webrtc, websocket }) => sip + webrtc + websocket <= 1 + ROUNDING, {
        error: 'must not sum up to more than 1, which is all of limits.calls',
      })
      .prefault({})
      .describe('Shares of limits.calls that no other kind of call can take, 0 to 1; each is rounded down to whole calls.'),
    connecting: z
      .int()
      .min(1)
      .max(10_000)
      .default(20)
      .describe(
        'Calls of one kind that may be connecting (telephone: not acknowledged; browser: not connected; WebSocket: not started). They take none of limits.calls. When as many are, the oldest of the address that has most gives way.',
      ),
    connectingPerAddress: z
      .int()
      .min(1)
      .max(10_000)
      .default(10)
      .describe('The most of them that one address may have. An IPv6 network of 64 bits counts as one address.'),
    perAddress: z
      .strictObject({
        sip: perAddress(10).describe('Telephone calls.'),
        webrtc: perAddress(4).describe('Browser calls.'),
        websocket: perAddress(4).describe('Calls over /ws/audio.'),
      })
      .prefault({})
      .describe(
        'Calls of one kind that one address may have at once; one more is refused (486, 429, 1013). 0: as many as there are places.',
      ),
    trusted: z
      .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
      .max(256)
      .default([...privateNetworks])
      .describe(
        'Addresses and ranges to which limits.perAddress and limits.connectionsPerAddress do not apply: a telephone exchange that brings all calls, a proxy. Default: loopback and private networks.',
      ),
    connections: z
      .int()
      .min(10)
      .max(100_000)
      .default(300)
      .describe(
        'TCP connections at once to http and https together, those of the WebSocket included, and as many again to SIP; one more is closed.',
      ),
    connectionsPerAddress: z.int().min(1).max(100_000).default(40).describe('The most of them that one address may have.'),
  })
  .prefault({});

const httpsOptions = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Serve the page by https too: browsers let pages from other machines use the microphone only there. `--lan` turns it on.'),
    port: z.int().min(0).max(65_535).default(3443).describe('Port of https, beside http; 0 takes a free one.'),
    certFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'PEM file of the certificate, its chain included. Default: a certificate of its own is made, which browsers ask about once.',
      ),
    keyFile: z.string().min(1).optional().describe('PEM file of the key to it.'),
    directory: z
      .string()
      .min(1)
      .default('data/https')
      .describe('Folder in which the certificate that is made is kept, readable by this user only.'),
    hostnames: z
      .array(z.string().refine(isHost, 'must be a host name or an address, without a port'))
      .max(50)
      .default([])
      .describe("Names and addresses for which it is made beside this machine's own."),
  })
  .refine(({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined), {
    path: ['certFile'],
    error: 'must come together with the other of http.https.certFile and http.https.keyFile: set both or neither',
  })
  .prefault({});

const httpOptions = z
  .strictObject({
    bindAddress: z
      .union([z.ipv4(), z.ipv6()])
      .default('127.0.0.1')
      .describe('Address of the page, the HTTP API and the metrics. `--lan` sets 0.0.0.0.'),
    port: z.int().min(0).max(65_535).default(3000).describe('Port of the page and the HTTP API; 0 takes a free one. Set by PORT too.'),
    tokenFile: z
      .string()
      .min(1)
      .default('data/api-token')
      .describe('Where the bearer token of /v1 is kept when PARLEY_API_TOKEN does not give one.'),
    trustedProxies: z
      .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
      .max(50)
      .default([])
      .describe(
        'Addresses or ranges of proxies in front, whose X-Forwarded-For names the caller. Without it all who come through one count as one address.',
      ),
    insiders: z
      .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
      .max(50)
      .default(['127.0.0.0/8', '::1/128'])
      .describe(
        'Addresses and ranges that may read GET /metrics and all of GET /health, such as that of Prometheus; everybody else needs the API token for it. What a proxy forwards that http.trustedProxies does not name counts as from outside.',
      ),
    https: httpsOptions.describe('The same by https.'),
  })
  .prefault({});

const storeOptions = z
  .strictObject({
    path: z.string().min(1).default('data/calls.sqlite').describe('The SQLite file that calls are recorded in; :memory: keeps nothing.'),
    retentionDays: z.int().min(1).max(3_650).default(30).describe('Days after which a call is deleted from it.'),
  })
  .prefault({});

const supervisionOptions = z
  .strictObject({
    healthIntervalMs: milliseconds(100, 60_000).default(2_000).describe('How often a service is asked for its health. Milliseconds.'),
    healthTimeoutMs: milliseconds(100, 60_000).default(1_500).describe('Until no answer counts as a miss. Milliseconds.'),
    misses: z.int().min(1).max(100).default(3).describe('Misses in a row after which a service is restarted.'),
    startTimeoutMs: milliseconds(1_000, 1_800_000)
      .default(180_000)
      .describe('Until a service that is not ready is restarted; loading models takes seconds, on a busy machine more. Milliseconds.'),
    backoffMs: milliseconds(10, 60_000).default(500).describe('Before a service is started again; doubles each time. Milliseconds.'),
    maxBackoffMs: milliseconds(100, 600_000).default(15_000).describe('The most of it. Milliseconds.'),
    stableMs: milliseconds(1_000, 3_600_000)
      .default(60_000)
      .describe('Ready for so long, a service begins with the shortest pause again. Milliseconds.'),
    stopGraceMs: milliseconds(100, 60_000).default(6_000).describe('From SIGTERM to SIGKILL. Milliseconds.'),
    niceness: z
      .int()
      .min(0)
      .max(19)
      .default(10)
      .describe('How far the priority of the services is lowered, so that they never make RTP late.'),
  })
  .prefault({});

const servicesOptions = z
  .strictObject({
    mode: z
      .enum(['managed', 'external'])
      .default('managed')
      .describe(
        'managed: the app starts the services whose address (`clients`) is on this machine, at that port. external: it only watches them.',
      ),
    stt: z
      .strictObject({
        model: z
          .string()
          .min(1)
          .max(300)
          .optional()
          .describe(
            'Model: a name of the catalogue, of a folder or of a hub, such as large-v3-turbo. Default: by the device. Set by STT_MODEL too.',
          ),
        device: z
          .enum(['cpu', 'cuda', 'auto'])
          .default('cpu')
          .describe(
            'Where recognition runs. cuda: on the card or not at all; auto: on the card where one can be used. Set by STT_DEVICE too.',
          ),
        computeType: z
          .enum(COMPUTE_TYPES)
          .optional()
          .describe('Number format, such as int8 or float16. Default: by the device. Set by STT_COMPUTE_TYPE too.'),
        workers: z.int().min(1).max(32).optional().describe('Recognitions at once. Default: by the device. Set by STT_NUM_WORKERS too.'),
        turnDetection: z
          .enum(['smart-turn', 'off'])
          .default('smart-turn')
          .describe('The model that hears whether a turn is over. Set by TURN_DETECTION too.'),
        toneModel: z
          .string()
          .min(1)
          .max(500)
          .optional()
          .describe(
            'A model of emotion in speech, in ONNX: a file, a folder of the models directory or hub:OWNER/NAME/FILE.onnx. Default: none.',
          ),
      })
      .prefault({})
      .describe('Handed to the managed stt service.'),
    tts: z
      .strictObject({
        provider: z
          .enum(['local', 'elevenlabs'])
          .default('local')
          .describe('Who speaks: the models on this machine, or ElevenLabs (needs ELEVENLABS_API_KEY). Set by TTS_PROVIDER too.'),
        engine: z
          .enum(['auto', 'kokoro', 'hibari'])
          .default('auto')
          .describe(
            'The local voice. auto: each piece by Kokoro when it will be ready in time, else by the fast voice. Set by TTS_ENGINE too.',
          ),
        device: z
          .enum(['cpu', 'cuda', 'auto'])
          .default('cpu')
          .describe(
            'Where the local voice runs. cuda: on the card or not at all; auto: on the card where one can be used. Set by TTS_DEVICE too.',
          ),
      })
      .prefault({})
      .describe('Handed to the managed tts service.'),
    supervision: supervisionOptions.describe('How services are watched and restarted.'),
  })
  .prefault({});

const shutdownOptions = z
  .strictObject({
    graceMs: milliseconds(0, 120_000)
      .default(8_000)
      .describe('Until calls still up are ended at the stop, goodbye phrase included. Milliseconds.'),
  })
  .prefault({});

const logOptions = z
  .strictObject({
    level: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info')
      .describe('The least important entries that are logged. Set by LOG_LEVEL too.'),
    transcripts: z.boolean().default(false).describe('Log what was said too. Never together with logs that leave the machine.'),
  })
  .prefault({});

const personasOptions = z
  .strictObject({
    directory: z.string().min(1).default('config/personas').describe('Folder of the persona files. NAME.yaml answers sip:NAME@...'),
  })
  .prefault({});

const actionsOptions = z
  .strictObject({
    allowHosts: z
      .array(
        z
          .string()
          .refine(
            isHostAndPort,
            'must be a host such as api.example.com, with its port where that is not the usual one: api.example.com:8443',
          ),
      )
      .max(100)
      .default([])
      .describe('Servers that actions of personas may send requests to; no other is ever asked.'),
    dataDir: z
      .string()
      .min(1)
      .default('data/actions')
      .describe("Folder in which actions beside a persona keep what they have to remember, such as the hotel's bookings."),
  })
  .prefault({});

/** Everything that can be set. Relative paths are taken from the root of the checkout. */
export const configSchema = z
  .strictObject({
    sip: sipOptions.describe('The telephone side.'),
    webrtc: webrtcOptions.describe('The browser side.'),
    media: mediaOptions.describe('Packets, detection of speech, playout.'),
    pipeline: pipelineOptions.describe('The conversation.'),
    clients: serviceOptions.describe('Where the speech services are, and how patiently they are asked.'),
    services: servicesOptions.describe('Starting and watching the speech services.'),
    personas: personasOptions.describe('Who answers.'),
    actions: actionsOptions.describe('What personas get done for callers.'),
    limits: limitsOptions.describe('What is refused.'),
    http: httpOptions.describe('The page and the HTTP API.'),
    store: storeOptions.describe('Records of calls.'),
    log: logOptions.describe('What is logged.'),
    shutdown: shutdownOptions.describe('Stopping.'),
  })
  .refine(({ http: { port, https } }) => !https.enabled || port === 0 || https.port !== port, {
    path: ['http', 'https', 'port'],
    error: 'must not be http.port: each of the two needs a port of its own',
  })
  .refine(
    ({ media, webrtc }) =>
      !webrtc.enabled ||
      media.ports.first === 0 ||
      webrtc.ports.first === 0 ||
      media.ports.last < webrtc.ports.first ||
      webrtc.ports.last < media.ports.first,
    {
      path: ['webrtc', 'ports', 'first'],
      error: 'must leave the range from media.ports.first to media.ports.last to the telephone calls: the two may not overlap',
    },
  )
  .prefault({});

export type Config = z.infer<typeof configSchema>;

/** Keys that hold a path; `load.ts` makes them absolute. */
export const pathKeys: readonly string[] = [
  'http.tokenFile',
  'http.https.certFile',
  'http.https.keyFile',
  'http.https.directory',
  'store.path',
  'personas.directory',
  'actions.dataDir',
];

/** Of sums such as 0.7 + 0.2 + 0.1. */
const ROUNDING = 1e-9;

/** A name of RFC 1123 section 2.1, underscores allowed because they are in use, or an address. */
function isHost(text: string): boolean {
  if (z.union([z.ipv4(), z.ipv6()]).safeParse(text).success) return true;
  // What is all numbers would be an address.
  return (
    text.length <= 253 &&
    !/^[\d.]+$/.test(text) &&
    text.split('.').every((label) => /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label))
  );
}

function isHostAndPort(text: string): boolean {
  const [, literal, name = '', port = '1'] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  return (literal === undefined ? isHost(name) : z.ipv6().safeParse(literal).success) && Number(port) >= 1 && Number(port) <= 65_535;
}
