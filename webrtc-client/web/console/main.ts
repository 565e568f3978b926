import { VoiceClient } from '../client/voice-client.ts';
import { Console } from './console.ts';
import { fetchHealth } from './fetch-health.ts';

const root = document.querySelector<HTMLElement>('#console');
const liveRegion = document.querySelector<HTMLElement>('#live');
if (root === null || liveRegion === null) throw new Error('index.html has no #console or no #live');

new Console(root, liveRegion, {
  createClient: ({ persona, transport, microphoneId, speakerId, token }) =>
    new VoiceClient({
      persona,
      transport,
      microphoneId: microphoneId === '' ? undefined : microphoneId,
      speakerId: speakerId === '' ? undefined : speakerId,
      token: token === '' ? undefined : token,
    }),
  config: () => VoiceClient.config(),
  health: fetchHealth,
  isSecureContext: globalThis.isSecureContext,
  nowMs: () => performance.now(),
  every: (intervalMs, action) => setInterval(action, intervalMs),
}).start();
