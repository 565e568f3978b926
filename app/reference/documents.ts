import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATIONS, openApiDocument } from '../http/openapi.ts';
import { CallMetrics } from '../telemetry/metrics.ts';
import { describeEndReasons } from './end-reasons.ts';
import { ERROR_CODES } from './error-codes.ts';
import { describeCallEvents, describeMessages, type Described } from './events.ts';

const MADE = 'Written from the code by `npm run defaults`; do not edit it.';

/** The files of docs/reference, by name. */
export function referenceDocuments(root: string): Readonly<Record<string, string>> {
  const events = describeCallEvents(readFileSync(join(root, 'domain', 'call-event.ts'), 'utf8'));
  return {
    'README.md': INDEX,
    'http-api.md': httpApi(),
    'openapi.json': `${JSON.stringify(openApiDocument(), null, 2)}\n`,
    'metrics.md': metrics(),
    'events.md': eventTables(events),
    'errors.md': errors(),
  };
}

const INDEX = `# Reference

${MADE} A test fails when a file is stale.

| file | what it lists |
|---|---|
| [http-api.md](http-api.md) | the requests of the HTTP API; [openapi.json](openapi.json) has all of them with schemas (OpenAPI 3.1), as \`GET /openapi.json\` does |
| [metrics.md](metrics.md) | the metrics of \`GET /metrics\` |
| [events.md](events.md) | the events of a call, and the messages between server and page |
| [errors.md](errors.md) | error codes, and the reasons for which calls end with their SIP statuses |
| [../environment.md](../environment.md) | environment variables |
| [../../config/default.yaml](../../config/default.yaml) | the keys of the configuration |
`;

function httpApi(): string {
  const access = {
    open: 'everybody',
    inside: '`http.insiders`, or the API token',
    api: 'the API token',
    call: 'a call token, if `webrtc.callTokens.required`',
  };
  const rows = OPERATIONS.map((operation) => [
    `\`${operation.method.toUpperCase()} ${operation.path}\``,
    [`${operation.summary}.`, operation.description ?? ''].join(' ').trim(),
    access[operation.access],
    Object.keys(operation.answers).join(', '),
  ]);
  return `# HTTP API

${MADE} [openapi.json](openapi.json) is the same with parameters and schemas; a running Parley serves it as \`GET /openapi.json\`.

Errors are problem details (RFC 9457) with a stable \`code\`: [errors.md](errors.md). Tokens are sent as \`Authorization: Bearer TOKEN\`.

${table(['request', 'meaning', 'who may', 'statuses'], rows)}

The page itself is at \`/\`, its files at \`/assets/\`, and the element for other sites at \`/voice-call.js\` ([embedding.md](../embedding.md)).
`;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type?: string;
  readonly labelNames?: readonly string[];
}

/** The metrics of a running app, those of the process among them. */
export function allMetrics(): readonly Metric[] {
  const calls = new CallMetrics();
  calls.places(() => ({ connected: 0, connecting: 0, free: 0 }));
  calls.lines(() => ({ accounts: [], trunks: [] }));
  calls.connections(() => ({ open: 0, refused: 0 }));
  return calls.registry.getMetricsAsArray() as unknown as readonly Metric[];
}

function metrics(): string {
  const all = allMetrics();
  const own = all.filter(({ name }) => name.startsWith('parley_'));
  const rows = own.map((metric) => [
    `\`${metric.name}\``,
    typeOf(metric),
    (metric.labelNames ?? []).map((label) => `\`${label}\``).join(', '),
    `${metric.help}.`,
  ]);
  const process = all.filter(({ name }) => !name.startsWith('parley_')).map(({ name }) => name.replace(/^((?:process|nodejs)_).*/, '$1*'));
  return `# Metrics

${MADE} \`GET /metrics\` has them in the Prometheus text format; times are in seconds.

${table(['name', 'type', 'labels', 'meaning'], rows)}

Besides these there are the usual ones of the process and of Node.js: ${[...new Set(process)].map((name) => `\`${name}\``).join(', ')}.
`;
}

/** prom-client names the type in what it exports only. */
function typeOf(metric: Metric): string {
  return metric.constructor.name.toLowerCase();
}

function eventTables(events: readonly Described[]): string {
  const { fromServer, fromPage } = describeMessages();
  const rows = (all: readonly Described[]) => all.map(({ kind, meaning, fields }) => [`\`${kind}\``, meaning, fields.map(code).join(', ')]);
  const columns = ['kind', 'meaning', 'fields'];
  return `# Events

${MADE} A field with \`?\` may be absent. Times are milliseconds.

## Events of a call

Records, metrics and log lines are made of these. Each has \`callId\` and \`atMs\` too.

${table(columns, rows(events))}

## Messages from the server to the page

Over the data channel \`events\`, and as text frames over \`/ws/audio\` for clients that ask for them ([websocket.md](../websocket.md)). Each is one JSON object.

${table(columns, rows(fromServer))}

## Messages from the page to the server

${table(columns, rows(fromPage))}
`;
}

function errors(): string {
  const groups = Object.entries(ERROR_CODES).map(
    ([title, codes]) =>
      `## ${title}\n\n${table(
        ['code', 'meaning'],
        Object.entries(codes).map(([name, meaning]) => [code(name), meaning]),
      )}\n`,
  );
  const reasons = describeEndReasons().map(({ label, meaning, sipStatus, byeCause }) => [
    code(label),
    meaning,
    sipStatus === undefined ? '' : String(sipStatus),
    byeCause ?? '',
  ]);
  return `# Error codes and end reasons

${MADE} Codes are stable; texts may change. Codes of the page's \`VoiceClient\` are in [embedding.md](../embedding.md).

${groups.join('\n')}
## End reasons

Every call ends once, with one of these: \`endReason\` in records, \`reason\` in metrics and log. The SIP status answers the INVITE of a call that ends before it is
answered. The cause is Q.850's, in the Reason header of the BYE that Parley sends; where none is given it is 31, unspecified.

${table(['reason', 'meaning', 'SIP status', 'Q.850 cause'], reasons)}
`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
