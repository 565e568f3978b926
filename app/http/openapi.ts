import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { clientConfig, problem } from '#webrtc-client';
import { callList, callListQuery, callRecordSchema, callTokenAnswer, callTokenRequest, healthReport, healthStatus } from './schemas.ts';

type Schema = z.core.$ZodType;
type Json = Readonly<Record<string, unknown>>;

/** One request that the HTTP side answers. */
interface Operation {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** `api`: the API token. `inside`: the API token, or an address of http.insiders. `call`: a call token, if webrtc.callTokens.required. */
  readonly access: 'open' | 'inside' | 'api' | 'call';
  readonly query?: readonly Json[];
  readonly request?: Json;
  readonly answers: Readonly<Record<number, Json>>;
}

const text = (type: string): Json => ({ [type]: { schema: { type: 'string' } } });
const json = (schema: Schema, io: 'input' | 'output' = 'output'): Json => ({ 'application/json': { schema: jsonSchema(schema, io) } });
const answer = (description: string, content?: Json): Json => (content === undefined ? { description } : { description, content });
const fault = (description: string): Json =>
  answer(description, { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } });

const NO_TOKEN = fault('NO_TOKEN: the API token is missing or wrong.');
const NO_SUCH_CALL = fault('NO_SUCH_CALL: there is no such call.');
const ORIGIN = fault('ORIGIN_NOT_ALLOWED: pages of this origin may not call.');
const TOO_MANY = fault('TOO_MANY_REQUESTS: too many requests from this address.');
const PERSONA = { name: 'persona', in: 'query', description: 'Who is called.', schema: { type: 'string', maxLength: 128 } };
const NAME = { name: 'name', in: 'query', description: 'What the caller is called in records.', schema: { type: 'string' } };
const SDP = 'application/sdp';
const FRAGMENT = 'application/trickle-ice-sdpfrag';

export const OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/health',
    summary: 'Whether calls are accepted',
    description: 'Everybody gets the status. The rest is for requests from http.insiders or with the API token.',
    access: 'open',
    answers: {
      200: answer('Calls are accepted (ready or degraded).', json(z.union([healthReport, healthStatus]))),
      503: answer('No calls are accepted (starting or draining).', json(z.union([healthReport, healthStatus]))),
    },
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'Metrics in the Prometheus text format',
    description: 'docs/reference/metrics.md lists them.',
    access: 'inside',
    answers: { 200: answer('The metrics.', text('text/plain')), 401: NO_TOKEN },
  },
  {
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    access: 'open',
    answers: { 200: answer('The document.', { 'application/json': { schema: { type: 'object' } } }) },
  },
  {
    method: 'get',
    path: '/v1/calls',
    summary: 'List calls, newest first',
    access: 'api',
    query: queryParameters(callListQuery),
    answers: { 200: answer('Calls.', json(callList)), 400: fault('BAD_QUERY: a parameter is wrong; the detail names it.'), 401: NO_TOKEN },
  },
  {
    method: 'get',
    path: '/v1/calls/{id}',
    summary: 'Show the record of a call',
    description: 'Every turn with both texts and the time of each stage. Values of secret slots are masked.',
    access: 'api',
    answers: { 200: answer('The record.', json(callRecordSchema)), 401: NO_TOKEN, 404: NO_SUCH_CALL },
  },
  {
    method: 'delete',
    path: '/v1/calls/{id}',
    summary: 'End a running call',
    access: 'api',
    answers: { 204: answer('The call is being ended.'), 401: NO_TOKEN, 404: NO_SUCH_CALL },
  },
  {
    method: 'post',
    path: '/v1/call-tokens',
    summary: 'Make a call token for a page of another site',
    access: 'api',
    request: json(
      callTokenRequest({ ttlS: 120, maxTtlS: 86_400 }, () => true),
      'input',
    ),
    answers: {
      201: answer('The token.', json(callTokenAnswer)),
      400: fault('BAD_REQUEST: a member of the request is wrong; the detail names it.'),
      401: NO_TOKEN,
      413: fault('BODY_TOO_LARGE'),
      415: fault('WRONG_TYPE: the body must be application/json.'),
    },
  },
  {
    method: 'get',
    path: '/webrtc/config',
    summary: 'What a browser needs to know before it calls',
    description: 'ICE servers with credentials are given only to pages that may call.',
    access: 'open',
    answers: { 200: answer('The configuration.', json(clientConfig)), 429: TOO_MANY },
  },
  {
    method: 'post',
    path: '/webrtc/calls',
    summary: 'Call by WebRTC (in the manner of WHIP, RFC 9725)',
    description: 'The body is the SDP offer. The answer names the call in Location and its ICE session in ETag.',
    access: 'call',
    query: [PERSONA, NAME],
    request: text(SDP),
    answers: {
      201: answer('The SDP answer.', text(SDP)),
      400: fault('BAD_OFFER or BAD_REQUEST: the offer or the request cannot be read.'),
      401: fault('TOKEN_REQUIRED, TOKEN_INVALID or TOKEN_EXPIRED: a valid call token is needed.'),
      403: fault('ORIGIN_NOT_ALLOWED, TOKEN_NOT_FOR_THIS, WEBRTC_OFF or NOT_ALLOWED.'),
      404: fault('NO_SUCH_PERSONA: there is no such persona.'),
      406: fault('NOT_ACCEPTABLE: Accept excludes application/sdp.'),
      413: fault('OFFER_TOO_LARGE: see webrtc.maxOfferBytes.'),
      415: fault('OFFER_TYPE: the body must be application/sdp.'),
      422: fault('NO_AUDIO, NO_COMMON_CODEC, DTLS_ROLE, ICE_BOTH_LITE or BAD_OFFER: the offer has nothing that both sides can use.'),
      429: fault('TOO_MANY_OFFERS or TOO_MANY_FROM_ADDRESS, with Retry-After.'),
      500: fault('INTERNAL'),
      503: fault('TOO_MANY_CALLS, NOT_READY, SHUTTING_DOWN or NO_PORTS, with Retry-After.'),
    },
  },
  {
    method: 'patch',
    path: '/webrtc/calls/{id}',
    summary: 'Send ICE candidates, or restart ICE',
    description: 'If-Match names the ICE session that the candidates belong to, or * for a restart.',
    access: 'open',
    request: text(FRAGMENT),
    answers: {
      200: answer('The ICE credentials after a restart.', text(FRAGMENT)),
      204: answer('The candidates are taken.'),
      400: fault('BAD_FRAGMENT, BAD_IF_MATCH or BAD_REQUEST: the fragment or the request cannot be read.'),
      403: ORIGIN,
      404: NO_SUCH_CALL,
      409: fault('RESTART_IN_PROGRESS: another ICE restart is under way.'),
      412: fault('PRECONDITION_FAILED: If-Match does not name the present ICE session.'),
      413: fault('FRAGMENT_TOO_LARGE'),
      415: fault('FRAGMENT_TYPE: the body must be application/trickle-ice-sdpfrag.'),
      428: fault('PRECONDITION_REQUIRED: If-Match is missing.'),
      429: TOO_MANY,
      503: fault('RESTART_FAILED: the restart was not completed in time; the call continues.'),
    },
  },
  {
    method: 'delete',
    path: '/webrtc/calls/{id}',
    summary: 'Hang up',
    description: 'The unguessable id of the call is the right to end it.',
    access: 'open',
    answers: { 200: answer('The call is ended.'), 403: ORIGIN, 404: NO_SUCH_CALL },
  },
  {
    method: 'get',
    path: '/ws/audio',
    summary: 'Call by WebSocket',
    description: 'A WebSocket handshake; docs/websocket.md has the protocol.',
    access: 'call',
    query: [PERSONA],
    answers: { 101: answer('The connection is a WebSocket now.'), 426: fault('UPGRADE_REQUIRED: a WebSocket handshake is needed.') },
  },
];

const ACCESS: Readonly<Record<Operation['access'], readonly Json[]>> = {
  open: [],
  inside: [{ apiToken: [] }, {}],
  api: [{ apiToken: [] }],
  call: [{ callToken: [] }, {}],
};

/** The description of the HTTP API as OpenAPI 3.1. It holds nothing of this installation, so that everybody may read it. */
export function openApiDocument(): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, access, query = [], request, answers, ...words } of OPERATIONS) {
    const id = path.includes('{id}') ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] : [];
    const parameters = [...id, ...query];
    (paths[path] ??= {})[method] = {
      ...words,
      security: ACCESS[access],
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(request === undefined ? {} : { requestBody: { required: path !== '/v1/call-tokens', content: request } }),
      responses: answers,
    };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Parley',
      version: '1',
      description: 'HTTP API of a self-hosted voice bot. Errors are problem details (RFC 9457) with a stable code.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: { Problem: jsonSchema(problem, 'output') },
      securitySchemes: {
        apiToken: { type: 'http', scheme: 'bearer', description: 'The API token: PARLEY_API_TOKEN, or the file at http.tokenFile.' },
        callToken: { type: 'http', scheme: 'bearer', description: 'A call token of POST /v1/call-tokens, if webrtc.callTokens.required.' },
      },
    },
  };
}

/** `GET /openapi.json`. */
export function openApiRoutes(app: FastifyInstance): void {
  const body = JSON.stringify(openApiDocument());
  app.get('/openapi.json', async (_request, reply) => reply.type('application/json').send(body));
}

function jsonSchema(schema: Schema, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

function queryParameters(schema: Schema): readonly Json[] {
  const { properties = {} } = jsonSchema(schema, 'input') as { properties?: Readonly<Record<string, Json>> };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({ name, in: 'query', description, schema: rest }));
}
