import { isLoopback } from '#kit/ip/ip-address';
import { sipListeners } from '#sip-gateway/options';
import type { Config } from './schema.ts';
import type { Secrets } from './secrets.ts';

/** A fault between keys, or between a key and the secrets that are there; each of them is right by itself. */
export interface CrossFault {
  readonly key: string;
  readonly value?: unknown;
  /** The key with which it does not go together, where there is one: whoever set that may be to blame. */
  readonly other?: { readonly key: string; readonly value: unknown };
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** What would fail only at the start, or in the first call. `elevenLabsApiKey` is not asked for where somebody else runs the voice. */
export function crossFaults(config: Config, secrets: Secrets): readonly CrossFault[] {
  return [...missingSecrets(config, secrets), ...portClashes(config)];
}

function missingSecrets({ sip, services, webrtc }: Config, secrets: Secrets): readonly CrossFault[] {
  const faults: CrossFault[] = [];
  if (services.mode === 'managed' && services.tts.provider === 'elevenlabs' && secrets.elevenLabsApiKey === undefined) {
    faults.push({
      key: 'services.tts.provider',
      value: 'elevenlabs',
      message: `needs a key: ${howToGive('ELEVENLABS_API_KEY')}, or set it to local`,
    });
  }
  if (sip.backend === 'drachtio' && secrets.drachtioSecret === undefined) {
    faults.push({
      key: 'sip.backend',
      value: 'drachtio',
      message: `needs the daemon's secret: ${howToGive(sip.drachtio.secretEnv)}, or set it to embedded`,
    });
  }
  if (webrtc.enabled && webrtc.turn.urls.length > 0 && secrets.turnSecret === undefined) {
    faults.push({
      key: 'webrtc.turn.urls',
      value: webrtc.turn.urls,
      message: `needs the secret that is shared with the TURN server: ${howToGive(webrtc.turn.secretEnv)}`,
    });
  }
  return faults;
}

function howToGive(name: string): string {
  return `put it into the environment variable ${name}, or the name of a file that holds it into ${name}_FILE`;
}

interface Listener {
  readonly key: string;
  readonly transport: 'udp' | 'tcp';
  readonly host: string;
  readonly port: number;
}

/** Two listeners on one port: the second one would fail with "address in use" and blame another program. */
function portClashes(config: Config): readonly CrossFault[] {
  const listeners = allListeners(config).filter(({ port }) => port !== 0);
  const faults = listeners.flatMap((late, at) => {
    const early = listeners
      .slice(0, at)
      .find(
        (other) =>
          other.key !== late.key && other.transport === late.transport && other.port === late.port && overlap(other.host, late.host),
      );
    if (early === undefined) return [];
    const message = 'is used twice: each listener needs its own port';
    return [
      {
        key: late.key,
        value: late.port,
        other: { key: early.key, value: early.port },
        message: `${message} (${late.transport.toUpperCase()}: ${early.key} and ${late.key})`,
      },
    ];
  });
  return [...faults, ...rangeClashes(config, listeners)];
}

function rangeClashes({ media, webrtc }: Config, listeners: readonly Listener[]): readonly CrossFault[] {
  const ranges = [{ key: 'media.ports', ...media.ports }, ...(webrtc.enabled ? [{ key: 'webrtc.ports', ...webrtc.ports }] : [])].filter(
    ({ first }) => first !== 0,
  );
  return listeners
    .filter(({ transport }) => transport === 'udp')
    .flatMap(({ key, port }) => {
      const range = ranges.find(({ first, last }) => port >= first && port <= last);
      return range === undefined
        ? []
        : [
            {
              key,
              value: port,
              message: `must be outside ${range.key}, ${range.first} to ${range.last}, which carry the audio of calls`,
            },
          ];
    });
}

function allListeners({ sip, http, services, clients }: Config): readonly Listener[] {
  const ofSip = sipListeners(sip).map(({ portKey, socket, port }) => ({ key: portKey, transport: socket, host: sip.bindAddress, port }));
  const ofHttp = [
    { key: 'http.port', transport: 'tcp' as const, host: http.bindAddress, port: http.port },
    ...(http.https.enabled ? [{ key: 'http.https.port', transport: 'tcp' as const, host: http.bindAddress, port: http.https.port }] : []),
  ];
  return [...ofSip, ...ofHttp, ...(services.mode === 'managed' ? serviceListeners(clients) : [])];
}

/** The llm service answers chat and embeddings at one address, so that pair is one listener. */
function serviceListeners({ stt, tts, llm, embedding }: Config['clients']): readonly Listener[] {
  const places = [
    ['clients.stt.url', stt.url],
    ['clients.tts.url', tts.url],
    ['clients.llm.baseUrl', llm.baseUrl],
    ...(new URL(embedding.baseUrl).host === new URL(llm.baseUrl).host ? [] : [['clients.embedding.baseUrl', embedding.baseUrl] as const]),
  ] as const;
  return places.flatMap(([key, url]) => {
    const { hostname, port, protocol } = new URL(url);
    const host = hostname === 'localhost' ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '');
    const isHere = isLoopback(host);
    return isHere
      ? [{ key, transport: 'tcp' as const, host, port: Number(port) || (protocol === 'https:' || protocol === 'wss:' ? 443 : 80) }]
      : [];
  });
}

/** Whether one machine would refuse the second of two sockets at one port: on the same address, or on all of them. */
function overlap(a: string, b: string): boolean {
  return a === b || a === '0.0.0.0' || b === '0.0.0.0' || a === '::' || b === '::';
}
