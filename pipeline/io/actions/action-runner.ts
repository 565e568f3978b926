import type { CallId } from '#domain/call';
import type { CallEventBody } from '#domain/call-event';
import type { Clock } from '#domain/clock';
import { unreachable } from '#domain/assert';
import { ms, type Ms } from '#domain/units';
import type { ActionArguments, ActionRequest, ActionResult, ActionRunner } from '../../dialogue/actions/action.ts';
import type { BuiltInAction } from '../../dialogue/actions/declaration.ts';
import {
  argumentsFault,
  authorityFault,
  changesNothing,
  masked,
  MASK,
  type DeclaredAction,
} from '../../dialogue/actions/declared-action.ts';
import { fillTemplate, plainText } from '../../dialogue/actions/template.ts';
import type { HttpCaller } from './run-http.ts';

/** How one kind of work outside is done; made once, used by all calls. */
export type Performer =
  | { readonly kind: 'http'; readonly caller: HttpCaller }
  | { readonly kind: 'module'; readonly perform: (request: ActionRequest, callId: CallId, signal: AbortSignal) => Promise<ActionResult> };

export interface ActionRunnerDeps {
  readonly callId: CallId;
  readonly clock: Clock;
  /** Runs `callback` once after `delayMs`; the function returned prevents it. */
  readonly schedule: (delayMs: Ms, callback: () => void) => () => void;
  readonly emit: (event: CallEventBody) => void;
  readonly log: { error(fields: object, message: string): void };
  readonly performerOf: (action: DeclaredAction) => Performer | undefined;
  /** Presses keys for the bot, where the leg can. */
  readonly sendDigits?: (digits: string, signal: AbortSignal) => Promise<void>;
  /** Learns of all that runs, so that the process does not end in the middle of it. */
  readonly onRunning?: (work: Promise<void>) => void;
}

/** Performs the declared actions of one call. What is not declared, not confirmed or not of its types never starts. */
export function createActionRunner(actions: readonly DeclaredAction[], deps: ActionRunnerDeps): ActionRunner {
  const byName = new Map(actions.map((action) => [action.declaration.name, action]));
  return {
    run: (request, signal) => new RunningAction(byName.get(request.name), request, deps).run(signal),
    timeoutMs: (name) => ms(byName.get(name)?.declaration.timeoutMs ?? 0),
  };
}

class RunningAction {
  readonly #action: DeclaredAction | undefined;
  readonly #request: ActionRequest;
  readonly #deps: ActionRunnerDeps;

  constructor(action: DeclaredAction | undefined, request: ActionRequest, deps: ActionRunnerDeps) {
    this.#action = action;
    this.#request = request;
    this.#deps = deps;
  }

  async run(signal: AbortSignal): Promise<ActionResult> {
    const action = this.#action;
    if (action === undefined) return this.#refuse('unknown-action', 'no such action is declared');
    const badArguments = argumentsFault(action, this.#request.args);
    if (badArguments !== undefined) return this.#refuse('bad-arguments', badArguments);
    const notAllowed = authorityFault(action, this.#request.authority);
    if (notAllowed !== undefined) return this.#refuse('not-confirmed', notAllowed);
    if (signal.aborted) return this.#refuse('cancelled', 'the turn was over before it began');
    return this.#start(action, signal);
  }

  /** Nothing has begun, so that nothing has to be recorded but that somebody tried. */
  #refuse(code: string, detail: string): ActionResult {
    const { actionId, name } = this.#request;
    const known = this.#action === undefined ? 'unknown' : name;
    if (code !== 'cancelled')
      this.#deps.emit({ kind: 'action-ended', actionId, name: known, outcome: 'failed', code, mayHaveHappened: false, tookMs: ms(0) });
    return { kind: 'failed', code, detail, mayHaveHappened: false };
  }

  async #start(action: DeclaredAction, turn: AbortSignal): Promise<ActionResult> {
    const { actionId, name, args, authority } = this.#request;
    const startedMs = this.#deps.clock.nowMs();
    this.#deps.emit({
      kind: 'action-started',
      actionId,
      name,
      args: masked(action, args),
      authority: maskedAuthority(action, args, authority),
    });
    const limit = new AbortController();
    // What changes the world is not broken off in its middle: a turn that ends meanwhile only hears of it later.
    const signal = changesNothing(action) ? AbortSignal.any([limit.signal, turn]) : limit.signal;
    const work = this.#perform(action, signal);
    const finished = Promise.withResolvers<ActionResult>();
    let isToldOfTimeout = false;
    let isEnded = false;
    const end = (result: ActionResult): void => {
      isEnded = true;
      this.#tellEnd(action, result, startedMs, isToldOfTimeout);
      finished.resolve(result);
    };
    const timedOut = (): void => {
      if (isEnded) return;
      end({
        kind: 'failed',
        code: 'timeout',
        detail: `no answer within ${action.declaration.timeoutMs} ms`,
        mayHaveHappened: !changesNothing(action),
      });
      isToldOfTimeout = true;
    };
    let cancelTimer = this.#deps.schedule(ms(action.declaration.timeoutMs), () => {
      limit.abort();
      // Performers answer an abort at once and know best whether something left; a module may not answer at all.
      cancelTimer = this.#deps.schedule(ms(GRACE_MS), timedOut);
    });
    const settled = work.then((result) => {
      cancelTimer();
      end(result);
    });
    this.#deps.onRunning?.(settled);
    return finished.promise;
  }

  async #perform(action: DeclaredAction, signal: AbortSignal): Promise<ActionResult> {
    try {
      const { declaration } = action;
      switch (declaration.kind) {
        case 'http':
        case 'module':
          return await this.#outside(action, signal);
        case 'end-call':
        case 'take-message':
        case 'send-digits':
        case 'set-fact':
          return await this.#builtIn(action, declaration, signal);
        default:
          return unreachable(declaration);
      }
    } catch (error) {
      this.#deps.log.error({ action: action.declaration.name, err: error }, 'an action failed unexpectedly');
      return { kind: 'failed', code: 'internal-error', detail: 'a defect', mayHaveHappened: true };
    }
  }

  async #outside(action: DeclaredAction, signal: AbortSignal): Promise<ActionResult> {
    const performer = this.#deps.performerOf(action);
    if (performer === undefined) return { kind: 'failed', code: 'not-available', detail: 'nothing performs it', mayHaveHappened: false };
    if (performer.kind === 'module') return performer.perform(this.#request, this.#deps.callId, signal);
    const sleep = (delayMs: number, until: AbortSignal): Promise<void> => this.#sleep(ms(delayMs), until);
    return performer.caller.run(this.#request.args, this.#request.idempotencyKey, sleep, signal);
  }

  async #builtIn(action: DeclaredAction, declaration: BuiltInAction, signal: AbortSignal): Promise<ActionResult> {
    const { args } = this.#request;
    const fill = (text: string, values: ActionArguments = args): string =>
      fillTemplate(text, ({ kind, name }) => (kind === 'value' && Object.hasOwn(values, name) ? plainText(values[name]) : undefined));
    switch (declaration.kind) {
      case 'end-call':
        return { kind: 'done', values: {} };
      case 'take-message':
        this.#deps.emit({ kind: 'message-taken', text: fill(declaration.text, masked(action, args)) });
        return { kind: 'done', values: {} };
      case 'set-fact':
        return { kind: 'done', values: { [declaration.fact]: fill(declaration.value) } };
      case 'send-digits': {
        const digits = fill(declaration.digits).replaceAll(/[\s-]/g, '');
        if (this.#deps.sendDigits === undefined)
          return { kind: 'failed', code: 'not-available', detail: 'this call cannot send digits', mayHaveHappened: false };
        if (!/^[0-9A-D*#]{1,40}$/.test(digits))
          return { kind: 'failed', code: 'bad-arguments', detail: 'digits are 0 to 9, A to D, * and #', mayHaveHappened: false };
        await this.#deps.sendDigits(digits, signal);
        return { kind: 'done', values: {} };
      }
      default:
        return unreachable(declaration);
    }
  }

  #tellEnd(action: DeclaredAction, result: ActionResult, startedMs: Ms, late: boolean): void {
    const { actionId, name } = this.#request;
    this.#deps.emit({
      kind: 'action-ended',
      actionId,
      name,
      outcome: result.kind,
      ...(result.kind === 'done' ? {} : { code: result.code }),
      ...(result.kind === 'failed' ? { mayHaveHappened: result.mayHaveHappened } : { values: masked(action, result.values) }),
      ...(late ? { late } : {}),
      tookMs: ms(this.#deps.clock.nowMs() - startedMs),
    });
  }

  #sleep(delayMs: Ms, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        cancel();
        reject(signal.reason as Error);
      };
      const cancel = this.#deps.schedule(delayMs, () => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
  }
}

/** Words that hold a secret value are not kept. */
function maskedAuthority(action: DeclaredAction, args: ActionArguments, authority: ActionRequest['authority']): ActionRequest['authority'] {
  if (authority.by !== 'caller') return authority;
  const secrets = Object.entries(args)
    .filter(([name, value]) => action.arguments.get(name)?.secret === true && String(value) !== '')
    .map(([, value]) => plainText(value));
  const clean = (text: string): string => secrets.reduce((said, secret) => said.replaceAll(secret, MASK), text);
  return { by: 'caller', readBack: clean(authority.readBack), answer: clean(authority.answer) };
}

/** For a performer to answer its abort, before the caller is told. */
const GRACE_MS = 50;
