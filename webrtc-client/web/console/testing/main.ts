import { Console } from '../console.ts';
import { ScriptedClient } from './scripted-client.ts';
import { END_MS } from './script.ts';
import { PAGE_STATES, type PageState } from './states.ts';

/** The page with the scripted client in place of a server: `?state=NAME` brings it there at once, `?live` plays the script as time goes by. */
const query = new URLSearchParams(location.search);
const state: PageState = PAGE_STATES[(query.get('state') ?? 'idle') as keyof typeof PAGE_STATES] ?? {};
const ticks: (() => void)[] = [];
const STEP_MS = 50;
let client: ScriptedClient | undefined;
let nowMs = 10_000;
let answeredMs = nowMs;

const root = document.querySelector<HTMLElement>('#console');
const liveRegion = document.querySelector<HTMLElement>('#live');
if (root === null || liveRegion === null) throw new Error('index.html has no #console or no #live');

const page = new Console(root, liveRegion, {
  createClient: () => {
    answeredMs = nowMs;
    client = new ScriptedClient(state);
    return client;
  },
  config: () =>
    Promise.resolve({
      personas: [
        { name: 'bot', title: 'Receptionist' },
        { name: 'chat', title: 'Free conversation' },
        { name: 'echo', title: 'Echo test' },
      ],
      iceServers: [],
      tokenRequired: state.tokenRequired ?? false,
    }),
  health: () => Promise.resolve(state.health ?? { kind: 'report', health: { status: 'ready' } }),
  isSecureContext: state.isSecureContext ?? true,
  nowMs: () => nowMs,
  every: (_intervalMs, action) => ticks.push(action),
});
page.start();

function advanceTo(scriptMs: number): void {
  for (let atMs = nowMs - answeredMs; atMs <= scriptMs; atMs += STEP_MS) {
    nowMs = answeredMs + atMs;
    client?.advanceTo(atMs);
    for (const tick of ticks) tick();
  }
}

async function drawn(): Promise<void> {
  for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
}

await drawn();
if (query.has('live')) {
  setInterval(() => (client === undefined ? undefined : advanceTo(nowMs - answeredMs + STEP_MS)), STEP_MS);
} else if (state.callUntilMs !== undefined) {
  page.callOrHangUp();
  await drawn();
  advanceTo(state.callUntilMs);
  if (state.trouble !== undefined) client?.trouble(state.trouble);
  // The meters fall back when nobody speaks any more.
  if (state.callUntilMs >= END_MS) advanceTo(state.callUntilMs + 2_000);
  await drawn();
  for (const selector of state.press ?? []) {
    document.querySelector<HTMLElement>(selector)?.click();
    await drawn();
  }
}
/** Told to whoever waits for the state. */
document.documentElement.dataset['ready'] = 'true';
