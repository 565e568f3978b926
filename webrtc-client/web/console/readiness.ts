/** `GET /health`, as far as the page looks at it. */
export interface HealthView {
  readonly status: string;
  readonly services?: readonly { readonly name: string; readonly state: string; readonly reason?: string }[];
}

export type HealthAnswer = { readonly kind: 'report'; readonly health: HealthView } | { readonly kind: 'unreachable' };

export interface Readiness {
  readonly canCall: boolean;
  /** Undefined: nothing to say. */
  readonly notice?: { readonly tone: 'wait' | 'warning' | 'trouble'; readonly title: string; readonly text: string };
  /** When to look again. */
  readonly nextLookMs: number;
}

/** What `/health` means for somebody who wants to call. */
export function readinessOf(answer: HealthAnswer): Readiness {
  if (answer.kind === 'unreachable') {
    return {
      canCall: false,
      notice: {
        tone: 'trouble',
        title: 'The server does not answer',
        text: 'Is it still running? The page keeps looking and goes on by itself.',
      },
      nextLookMs: SOON_MS,
    };
  }
  const { status } = answer.health;
  const waiting = waitingFor(answer.health);
  switch (status) {
    case 'ready':
      return { canCall: true, nextLookMs: LATER_MS };
    case 'degraded':
      return {
        canCall: true,
        notice: {
          tone: 'warning',
          title: 'Not everything is running',
          text: `You can call, but expect apologies${waiting === '' ? '' : `: ${waiting}`}.`,
        },
        nextLookMs: SOON_MS,
      };
    case 'draining':
      return {
        canCall: false,
        notice: {
          tone: 'wait',
          title: 'The service is being stopped',
          text: 'It takes no new calls. If it is starting anew, the page goes on by itself.',
        },
        nextLookMs: SOON_MS,
      };
    default:
      return {
        canCall: false,
        notice: {
          tone: 'wait',
          title: 'The bot is starting',
          text: `Loading its speech models takes some seconds${waiting === '' ? '' : `: ${waiting}`}. The page goes on by itself.`,
        },
        nextLookMs: SOON_MS,
      };
  }
}

function waitingFor(health: HealthView): string {
  const waiting = (health.services ?? []).filter(({ state }) => state !== 'ready' && state !== 'running');
  return waiting
    .map(({ name, state, reason }) => `${SERVICE_NAMES[name] ?? name} is ${state}${reason === undefined ? '' : ` (${reason})`}`)
    .join(', ');
}

const SERVICE_NAMES: Readonly<Record<string, string>> = {
  stt: 'speech recognition',
  llm: 'the language model',
  tts: 'the voice',
  embedding: 'search',
};
const SOON_MS = 2_000;
const LATER_MS = 20_000;
