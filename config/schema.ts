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
      .describe('Upper limit of simultaneous calls of all kinds together; one more is refused with 503 and Retry-After.'),
    kept: z
      .strictObject({
        sip: share(0.25).describe('For telephone calls.'),
        webrtc: share(0.25).describe('For WebRTC calls.'),
        websocket: share(0.1).describe('For WebSocket calls.'),
      })
      .refine(({ sip, webrtc, websocket }) => sip + webrtc + websocket <= 1 + ROUNDING, {
        error: 'must add up to 1 at most, which is all of limits.calls',
      })
      .prefault({})
      .describe('Share of limits.calls reserved for each kind of call; rounded down to whole calls.'),
    connecting: z
      .int()
      .min(1)
      .max(10_000)
      .default(20)
      .describe(
        'Upper limit of connecting calls of each kind: SIP before ACK, WebRTC before ICE and DTLS are done, WebSocket before the first message. They do not count towards limits.calls. Beyond it, the oldest one of the address with the most is dropped.',
      ),
    connectingPerAddress: z
      .int()
      .min(1)
      .max(10_000)
      .default(10)
      .describe('Upper limit of connecting calls from one address. An IPv6 /64 network counts as one address.'),
    perAddress: z
      .strictObject({
        sip: perAddress(10).describe('Telephone calls.'),
        webrtc: perAddress(4).describe('WebRTC calls.'),
        websocket: perAddress(4).describe('WebSocket calls.'),
      })
      .prefault({})
      .describe(
        'Upper limit of simultaneous calls from one address, by kind; one more is refused (486, 429 or 1013). 0: no limit but limits.calls.',
      ),
    trusted: z
      .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
      .max(256)
      .default([...privateNetworks])
      .describe(
        'Addresses and ranges without limits.perAddress and limits.connectionsPerAddress: a telephone exchange that brings all calls, or a proxy. The default is loopback and private networks.',
      ),
    connections: z
      .int()
      .min(10)
      .max(100_000)
      .default(300)
      .describe(
        'Upper limit of simultaneous TCP connections to HTTP and HTTPS together, WebSocket included, and as many again to SIP; one more is closed.',
      ),
    connectionsPerAddress: z
      .int()
      .min(1)
      .max(100_000)
      .default(40)
      .describe('Upper limit of simultaneous TCP connections from one address to HTTP and HTTPS together, and as many again to SIP.'),
  })
  .prefault({});

const httpsOptions = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Serve the page by HTTPS as well. `--lan` turns it on.'),
    port: z.int().min(0).max(65_535).default(3443).describe('HTTPS port; 0 takes a free one.'),
    certFile: z
      .string()
      .min(1)
      .optional()
      .describe('PEM file of the certificate with its chain. Default: a self-signed certificate is made, which browsers warn about once.'),
    keyFile: z.string().min(1).optional().describe("PEM file of the certificate's private key."),
    directory: z.string().min(1).default('data/https').describe('Folder of the self-signed certificate; readable by this user only.'),
    hostnames: z
      .array(z.string().refine(isHost, 'must be a host name or an address, without a port'))
      .max(50)
      .default([])
      .describe("Names and addresses in the self-signed certificate besides this machine's own."),
  })
  .refine(({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined), {
    path: ['certFile'],
    error: 'must be given together with http.https.keyFile: set both or neither',
  })
  .prefault({});

const httpOptions = z
  .strictObject({
    bindAddress: z
      .union([z.ipv4(), z.ipv6()])
      .default('127.0.0.1')
      .describe('Local address of the page, the HTTP API and the metrics. `--lan` sets 0.0.0.0.'),
    port: z.int().min(0).max(65_535).default(3000).describe('HTTP port; 0 takes a free one. Also set by PORT.'),
    tokenFile: z
      .string()
      .min(1)
      .default('data/api-token')
      .describe('File of the bearer token of /v1, used unless PARLEY_API_TOKEN gives one. Made at the first start.'),
    trustedProxies: z
      .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
      .max(50)
      .default([])
      .describe(
        'Addresses and ranges of reverse proxies whose X-Forwarded-For is believed. Without it all clients of a proxy count as one address.',
      ),
    insiders: z
      .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
      .max(50)
      .default(['127.0.0.0/8', '::1/128'])
      .describe(
        'Addresses and ranges that may read GET /metrics and all of GET /health without the API token, such as that of Prometheus. Requests through a proxy that is not in http.trustedProxies never count as inside.',
      ),
    https: httpsOptions.describe('HTTPS: browsers give pages from other machines the microphone only with it.'),
  })
  .prefault({});

const storeOptions = z
  .strictObject({
    path: z.string().min(1).default('data/calls.sqlite').describe('SQLite file of the records; :memory: keeps nothing.'),
    retentionDays: z.int().min(1).max(3_650).default(30).describe('Days after which a record is deleted.'),
  })
  .prefault({});

const supervisionOptions = z
  .strictObject({
    healthIntervalMs: milliseconds(100, 60_000).default(2_000).describe('Interval of health checks, ms.'),
    healthTimeoutMs: milliseconds(100, 60_000).default(1_500).describe('Time limit for a health check; one that exceeds it is a miss, ms.'),
    misses: z.int().min(1).max(100).default(3).describe('Consecutive misses after which a service is restarted.'),
    startTimeoutMs: milliseconds(1_000, 1_800_000)
      .default(180_000)
      .describe(
        'Time limit for a service to get ready, ms; it is restarted then. Loading models takes seconds, and longer on a busy machine.',
      ),
    backoffMs: milliseconds(10, 60_000).default(500).describe('First back-off before a restart, ms; it doubles each time.'),
    maxBackoffMs: milliseconds(100, 600_000).default(15_000).describe('Upper limit of the back-off, ms.'),
    stableMs: milliseconds(1_000, 3_600_000)
      .default(60_000)
      .describe('A service that has been ready for this time starts with the first back-off again, ms.'),
    stopGraceMs: milliseconds(100, 60_000).default(6_000).describe('Time between SIGTERM and SIGKILL, ms.'),
    niceness: z.int().min(0).max(19).default(10).describe('Nice value added to the services, so that they never delay RTP.'),
  })
  .prefault({});

const servicesOptions = z
  .strictObject({
    mode: z
      .enum(['managed', 'external'])
      .default('managed')
      .describe('`managed`: start the services whose address (`clients`) is on this machine, on that port. `external`: only watch them.'),
    stt: z
      .strictObject({
        model: z
          .string()
          .min(1)
          .max(300)
          .optional()
          .describe(
            'Recognition model: a name from the catalogue, a folder or a name on a hub, such as large-v3-turbo. Default: by the device. Also set by STT_MODEL.',
          ),
        device: z
          .enum(['cpu', 'cuda', 'auto'])
          .default('cpu')
          .describe('`cpu`: the processor. `cuda`: the GPU, or no start. `auto`: the GPU if it can be used. Also set by STT_DEVICE.'),
        computeType: z
          .enum(COMPUTE_TYPES)
          .optional()
          .describe('Number format of the model, such as int8 or float16. Default: by the device. Also set by STT_COMPUTE_TYPE.'),
        workers: z
          .int()
          .min(1)
          .max(32)
          .optional()
          .describe('Number of simultaneous recognitions. Default: by the device. Also set by STT_NUM_WORKERS.'),
        turnDetection: z
          .enum(['smart-turn', 'off'])
          .default('smart-turn')
          .describe('Model that estimates the turn-end probability from the audio. Also set by TURN_DETECTION.'),
        toneModel: z
          .string()
          .min(1)
          .max(500)
          .optional()
          .describe(
            'Model of emotion in speech (ONNX): a file, a folder of the models directory or hub:OWNER/NAME/FILE.onnx. Default: none.',
          ),
      })
      .prefault({})
      .describe('Settings of the managed stt service.'),
    tts: z
      .strictObject({
        provider: z
          .enum(['local', 'elevenlabs'])
          .default('local')
          .describe('`local`: models on this machine. `elevenlabs`: ElevenLabs; needs ELEVENLABS_API_KEY. Also set by TTS_PROVIDER.'),
        engine: z
          .enum(['auto', 'kokoro', 'hibari'])
          .default('auto')
          .describe(
            'Local voice. `auto`: Kokoro for each piece that it can finish in time, otherwise Hibari, the fast voice. Also set by TTS_ENGINE.',
          ),
        device: z.enum(['cpu', 'cuda', 'auto']).default('cpu').describe('As services.stt.device. Also set by TTS_DEVICE.'),
      })
      .prefault({})
      .describe('Settings of the managed tts service.'),
    supervision: supervisionOptions.describe('Health checks and restarts.'),
  })
  .prefault({});

const shutdownOptions = z
  .strictObject({
    graceMs: milliseconds(0, 120_000).default(8_000).describe('Time limit for running calls at a stop, goodbye included, ms.'),
  })
  .prefault({});

const logOptions = z
  .strictObject({
    level: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info')
      .describe('Lowest level that is logged. Also set by LOG_LEVEL.'),
    transcripts: z.boolean().default(false).describe('Log what callers and the bot say. Never use it with logs that leave the machine.'),
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
      .array(z.string().refine(isHostAndPort, 'must be a host such as api.example.com, or a host and port such as api.example.com:8443'))
      .max(100)
      .default([])
      .describe('Hosts that actions of personas may send requests to; all others are refused.'),
    dataDir: z
      .string()
      .min(1)
      .default('data/actions')
      .describe("Folder in which actions of personas keep their data, such as the hotel's bookings."),
  })
  .prefault({});

/** Everything that can be set. Relative paths are taken from the root of the checkout. */
export const configSchema = z
  .strictObject({
    sip: sipOptions.describe('Telephone calls (SIP).'),
    webrtc: webrtcOptions.describe('Browser calls (WebRTC and WebSocket).'),
    media: mediaOptions.describe('RTP, voice activity detection and playout.'),
    pipeline: pipelineOptions.describe('The conversation.'),
    clients: serviceOptions.describe('Addresses of the speech services, and their time limits.'),
    services: servicesOptions.describe('Starting and supervising the speech services.'),
    personas: personasOptions.describe('Who answers.'),
    actions: actionsOptions.describe('What personas do for callers.'),
    limits: limitsOptions.describe('Limits of calls and connections.'),
    http: httpOptions.describe('The page and the HTTP API.'),
    store: storeOptions.describe('Records of calls.'),
    log: logOptions.describe('Logging.'),
    shutdown: shutdownOptions.describe('Stopping.'),
  })
  .refine(({ http: { port, https } }) => !https.enabled || port === 0 || https.port !== port, {
    path: ['http', 'https', 'port'],
    error: 'must differ from http.port',
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
      error:
        'must be outside the range from media.ports.first to media.ports.last, which is for telephone calls: the two ranges may not overlap',
    },
  )
  .prefault({});

export type Config = z.infer<typeof configSchema>;

/** Keys that hold a path; `load.ts` makes them absolute. */
export const pathKeys: readonly string[] = [
  'sip.tls.certFile',
  'sip.tls.keyFile',
  'sip.tls.caFile',
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
