import { STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressKey } from '#kit/ip/address-key';
import { AppError, errorText } from '#domain/errors';
import { verifyCallToken } from '../call-token.ts';
import type { OfferHead } from '../call-facts.ts';
import type { WebRtcGatewayDeps } from '../gateway-deps.ts';
import { iceServerLinks } from '../ice-servers.ts';
import type { WebRtcOptions } from '../options.ts';
import { mayBeTold, originVerdict } from '../origins.ts';
import { RateLimit } from '../rate-limit.ts';
import type { Refusal } from '../refusal.ts';
import { readFragment, type IceFragment } from '../sdp/fragment.ts';
import type { ClientConfig } from '../signalling.ts';
import type { CallDesk } from './call-desk.ts';
import { callTokenHmac } from './keyed-hash.ts';

/** `GET /webrtc/config`; calls in the manner of WHIP (RFC 9725) under `/webrtc/calls`. */
export function webrtcRoutes(app: FastifyInstance, options: WebRtcOptions, deps: WebRtcGatewayDeps, desk: CallDesk): void {
  const offers = new RateLimit({ perMinute: options.offersPerMinute, mostKeys: MAX_ADDRESSES });
  const patches = new RateLimit({ perMinute: options.offersPerMinute * PATCHES_PER_OFFER, mostKeys: MAX_ADDRESSES });
  const configs = new RateLimit({ perMinute: options.offersPerMinute * CONFIGS_PER_OFFER, mostKeys: MAX_ADDRESSES });
  const guard = new Guard(options, deps);

  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      [OFFER_TYPE, FRAGMENT_TYPE],
      { parseAs: 'string', bodyLimit: options.maxOfferBytes },
      (_request, body, done) => done(null, body),
    );
    scope.setErrorHandler<Error & { code?: string; statusCode?: number }>((error, request, reply) =>
      sendRefusal(reply, refusalOfHttp(error, request, options, deps)),
    );
    scope.addHook('onRequest', async (request, reply) => guard.origin(request, reply));

    scope.get(
      '/webrtc/config',
      {
        onRequest: async (request, reply) =>
          limited(configs, request, reply, deps, 'TOO_MANY_REQUESTS', 'This was asked too often from this address'),
      },
      async (request, reply): Promise<ClientConfig> => {
        void reply.header('cache-control', 'no-store');
        // Credentials of the relay are for those who may call.
        const mayRelay = options.enabled && guard.mayBeTold(request) && guard.tokenFault(request, undefined) === undefined;
        const servers = desk.iceServers().filter(({ credential }) => mayRelay || credential === undefined);
        return {
          personas: deps.personas().map(({ name, title }) => ({ name, title })),
          iceServers: [...servers],
          tokenRequired: options.callTokens.required,
        };
      },
    );

    scope.post<{ Querystring: Readonly<Record<string, unknown>> }>(
      '/webrtc/calls',
      {
        onRequest: async (request, reply) =>
          limited(offers, request, reply, deps, 'TOO_MANY_OFFERS', 'Too many offers came from this address'),
      },
      async (request, reply) => {
        const head = headOf(request, options);
        const refusal =
          (options.enabled ? undefined : SWITCHED_OFF) ?? guard.originRefusal(request) ?? guard.tokenFault(request, head.persona);
        if (refusal !== undefined) {
          desk.refuse(head, { by: 'refused', code: 'not-allowed' });
          return sendRefusal(reply, refusal);
        }
        const { body } = request;
        if (typeof body !== 'string' || !isType(request, OFFER_TYPE)) return sendRefusal(reply, WRONG_OFFER_TYPE);
        if (!accepts(request.headers.accept, OFFER_TYPE)) return sendRefusal(reply, NOT_ACCEPTABLE);
        const taken = desk.offer(head, body);
        if ('refusal' in taken) return sendRefusal(reply, taken.refusal);
        const brokenOff = (): void => {
          if (!reply.raw.writableEnded) taken.gone();
        };
        reply.raw.once('close', brokenOff);
        const outcome = await taken.outcome;
        if (outcome.kind === 'refused') return sendRefusal(reply, outcome.refusal);
        const links = iceServerLinks(desk.iceServers());
        if (links.length > 0) void reply.header('link', links);
        return reply
          .code(201)
          .headers({ location: taken.path, etag: outcome.etag, 'cache-control': 'no-store' })
          .type(OFFER_TYPE)
          .send(outcome.sdp);
      },
    );

    scope.patch<{ Params: { id: string } }>(
      '/webrtc/calls/:id',
      {
        onRequest: async (request, reply) =>
          limited(patches, request, reply, deps, 'TOO_MANY_REQUESTS', 'Too many changes came from this address'),
      },
      async (request, reply) => {
        const refusal = guard.originRefusal(request);
        if (refusal !== undefined) return sendRefusal(reply, refusal);
        if (typeof request.body !== 'string' || !isType(request, FRAGMENT_TYPE)) return sendRefusal(reply, WRONG_FRAGMENT_TYPE);
        const fragment = fragmentOf(request.body);
        if ('status' in fragment) return sendRefusal(reply, fragment);
        const outcome = await desk.patch(request.params.id, fragment, request.headers['if-match']);
        if (outcome === undefined) return sendRefusal(reply, NO_SUCH_CALL);
        if (outcome.kind === 'refused') return sendRefusal(reply, outcome.refusal);
        if (outcome.kind === 'trickled') return reply.code(204).send();
        return reply.code(200).headers({ etag: outcome.etag, 'cache-control': 'no-store' }).type(FRAGMENT_TYPE).send(outcome.fragment);
      },
    );

    scope.delete<{ Params: { id: string } }>('/webrtc/calls/:id', async (request, reply) => {
      const refusal = guard.originRefusal(request);
      if (refusal !== undefined) return sendRefusal(reply, refusal);
      return desk.hangUp(request.params.id) ? reply.code(200).send() : sendRefusal(reply, NO_SUCH_CALL);
    });

    refuseOthers(scope, '/webrtc/config', ['GET'], ['POST', 'PUT', 'PATCH', 'DELETE']);
    refuseOthers(scope, '/webrtc/calls', ['POST'], ['GET', 'PUT', 'PATCH', 'DELETE']);
    refuseOthers(scope, '/webrtc/calls/:id', ['PATCH', 'DELETE'], ['GET', 'PUT', 'POST']);
  });
}

/** Who may ask: pages by their origin, calls by their token. */
class Guard {
  readonly #options: WebRtcOptions;
  readonly #deps: WebRtcGatewayDeps;
  readonly #hmac: ReturnType<typeof callTokenHmac>;

  constructor(options: WebRtcOptions, deps: WebRtcGatewayDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#hmac = callTokenHmac(deps.secrets.callTokenKey);
  }

  /** Lets pages of listed origins read the answers; others get theirs without, which browsers keep from them. */
  origin(request: FastifyRequest, reply: FastifyReply): void {
    void reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || this.#verdict(request) !== 'listed') return;
    void reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': 'Location, ETag, Link, Retry-After' });
    if (request.method !== 'OPTIONS') return;
    void reply.headers({
      'access-control-allow-methods': 'GET, POST, PATCH, DELETE, OPTIONS',
      'access-control-allow-headers': 'Authorization, Content-Type, Accept, If-Match',
      'access-control-max-age': '600',
    });
    // A page on the internet that calls a server in the house.
    if (request.headers['access-control-request-private-network'] === 'true')
      void reply.header('access-control-allow-private-network', 'true');
  }

  originRefusal(request: FastifyRequest): Refusal | undefined {
    if (this.#verdict(request) !== 'refused') return undefined;
    return {
      status: 403,
      code: 'ORIGIN_NOT_ALLOWED',
      detail: 'Pages of this origin may not call; the operator can list it in webrtc.origins.',
    };
  }

  /** For what a page of ours asks without naming its origin. */
  mayBeTold(request: FastifyRequest): boolean {
    const { origin, host, 'sec-fetch-site': site } = request.headers;
    return mayBeTold(
      { origin, host, 'sec-fetch-site': Array.isArray(site) ? 'cross-site' : site },
      request.protocol === 'https' || 'encrypted' in request.raw.socket,
      this.#options.origins,
    );
  }

  /** `persona` undefined: whichever the token is for. */
  tokenFault(request: FastifyRequest, persona: string | undefined): Refusal | undefined {
    if (!this.#options.callTokens.required) return undefined;
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined)
      return {
        status: 401,
        code: 'TOKEN_REQUIRED',
        detail: 'Send "Authorization: Bearer TOKEN" with a call token; your server gets one by POST /v1/call-tokens.',
      };
    const nowS = this.#deps.clock.wallMs() / 1000;
    const verdict = verifyCallToken(this.#hmac, token, { nowS, persona, origin: request.headers.origin });
    if (verdict.kind === 'good') return undefined;
    return { status: verdict.code === 'TOKEN_NOT_FOR_THIS' ? 403 : 401, code: verdict.code, detail: verdict.detail };
  }

  #verdict(request: FastifyRequest): ReturnType<typeof originVerdict> {
    return originVerdict(request.headers.origin, request.headers.host, this.#options.origins);
  }
}

function headOf(request: FastifyRequest<{ Querystring: Readonly<Record<string, unknown>> }>, options: WebRtcOptions): OfferHead {
  const text = (key: string): string | undefined => {
    const value = request.query[key];
    return typeof value === 'string' && value.trim() !== '' ? value : undefined;
  };
  const { origin, 'user-agent': userAgent } = request.headers;
  return {
    persona: text('persona') ?? options.persona,
    name: text('name'),
    origin,
    userAgent,
    address: request.ip,
    port: request.socket.remotePort ?? 0,
  };
}

async function limited(
  limit: RateLimit,
  request: FastifyRequest,
  reply: FastifyReply,
  deps: WebRtcGatewayDeps,
  code: string,
  what: string,
): Promise<unknown> {
  const verdict = limit.take(deps.clock.nowMs(), addressKey(request.ip));
  if (verdict.kind === 'ok') return undefined;
  return sendRefusal(reply, { status: 429, code, detail: `${what}; wait a moment.`, retryAfterS: Math.ceil(verdict.retryAfterMs / 1000) });
}

function fragmentOf(text: string): IceFragment | Refusal {
  try {
    return readFragment(text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { status: 400, code: error.code, detail: error.message };
  }
}

/** RFC 9110 section 15.5.6, and the answer to OPTIONS. */
function refuseOthers(
  scope: FastifyInstance,
  url: string,
  allowed: readonly string[],
  others: readonly ('GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE')[],
): void {
  const allow = [...allowed, 'OPTIONS'].join(', ');
  scope.options(url, async (_request, reply) => {
    void reply.header('allow', allow);
    if (allowed.includes('POST')) void reply.header('accept-post', OFFER_TYPE);
    return reply.code(204).send();
  });
  scope.route({
    method: [...others],
    url,
    // Before the body is read, whatever it is.
    onRequest: async (_request, reply) =>
      sendRefusal(reply.header('allow', allow), { status: 405, code: 'METHOD_NOT_ALLOWED', detail: `Only ${allow} are understood here.` }),
    handler: async () => undefined,
  });
}

function refusalOfHttp(
  error: Error & { code?: string; statusCode?: number },
  request: FastifyRequest,
  options: WebRtcOptions,
  deps: WebRtcGatewayDeps,
): Refusal {
  const isPatch = request.method === 'PATCH';
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const what = isPatch ? 'fragment' : 'offer';
    return {
      status: 413,
      code: isPatch ? 'FRAGMENT_TOO_LARGE' : 'OFFER_TOO_LARGE',
      detail: `The ${what} is longer than ${options.maxOfferBytes} bytes, which is the most that is read.`,
    };
  }
  if (error.statusCode === 415) return isPatch ? WRONG_FRAGMENT_TYPE : WRONG_OFFER_TYPE;
  // The words of the framework repeat what was asked.
  if (error.statusCode !== undefined && error.statusCode < 500)
    return {
      status: error.statusCode,
      code: 'BAD_REQUEST',
      detail: 'The request cannot be read: its header fields or its body are not as HTTP wants them.',
    };
  deps.log.error({ error: errorText(error), method: request.method }, 'browser request could not be handled');
  return { status: 500, code: 'INTERNAL', detail: 'The request failed; the log of the server says more.' };
}

/** RFC 9457. */
function sendRefusal(reply: FastifyReply, { status, code, detail, retryAfterS }: Refusal): FastifyReply {
  if (retryAfterS !== undefined) void reply.header('retry-after', String(Math.max(1, retryAfterS)));
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="parley calls"');
  if (status === 415 || status === 406)
    void reply.header(
      code === WRONG_FRAGMENT_TYPE.code ? 'accept-patch' : 'accept-post',
      code === WRONG_FRAGMENT_TYPE.code ? FRAGMENT_TYPE : OFFER_TYPE,
    );
  const problem = { type: 'about:blank', title: STATUS_CODES[status], status, code, detail };
  return reply.code(status).type('application/problem+json').header('cache-control', 'no-store').send(JSON.stringify(problem));
}

function isType(request: FastifyRequest, type: string): boolean {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() === type;
}

/** Whether `Accept` leaves room for `type`; weights of 0 are believed. */
function accepts(accept: string | undefined, type: string): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return accept.split(',').some((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return ['*/*', 'application/*', type].includes(name) && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

const OFFER_TYPE = 'application/sdp';
const FRAGMENT_TYPE = 'application/trickle-ice-sdpfrag';
const NO_SUCH_CALL: Refusal = { status: 404, code: 'NO_SUCH_CALL', detail: 'There is no call of this name; it may have ended.' };
const SWITCHED_OFF: Refusal = {
  status: 403,
  code: 'WEBRTC_OFF',
  detail: 'Calls by WebRTC are switched off here; the operator can set webrtc.enabled.',
};
const WRONG_OFFER_TYPE: Refusal = { status: 415, code: 'OFFER_TYPE', detail: `Send the offer as ${OFFER_TYPE}.` };
const WRONG_FRAGMENT_TYPE: Refusal = { status: 415, code: 'FRAGMENT_TYPE', detail: `Send candidates as ${FRAGMENT_TYPE}.` };
const NOT_ACCEPTABLE: Refusal = {
  status: 406,
  code: 'NOT_ACCEPTABLE',
  detail: `The answer is ${OFFER_TYPE}, which the Accept field leaves out.`,
};
/** Trickled candidates come one by one. */
const PATCHES_PER_OFFER = 20;
/** The page asks before each call, and while it waits for the server to be ready. */
const CONFIGS_PER_OFFER = 5;
/** Addresses whose offers are counted at a time: a megabyte at most. */
const MAX_ADDRESSES = 10_000;
