import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './shared-app.ts';

/** A loudspeaker that nobody hears, in real time: where a machine has none, Firefox starts no AudioContext. */
export interface SoundCard {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A PulseAudio of our own, with everything it needs in a folder of its own. */
export async function startSoundCard(): Promise<SoundCard> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-sound-'));
  const socket = join(dir, 'native');
  const child = spawn(
    'pulseaudio',
    [
      '-n',
      '--daemonize=no',
      '--use-pid-file=no',
      '--exit-idle-time=-1',
      '--disable-shm=yes',
      '--log-level=error',
      '-L',
      'module-null-sink rate=48000',
      '-L',
      `module-native-protocol-unix socket=${socket} auth-anonymous=1 auth-cookie-enabled=0`,
    ],
    { env: { ...process.env, HOME: dir, XDG_RUNTIME_DIR: dir }, stdio: 'ignore' },
  );
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new Error('no PulseAudio is here; npm test installs it on Debian', { cause: error })));
    child.once('exit', (code) => reject(new Error(`PulseAudio ended with ${code}`)));
  });
  failed.catch(() => undefined);
  await Promise.race([failed, until('the sound card', 10_000, () => existsSync(socket))]);
  return {
    env: { PULSE_SERVER: `unix:${socket}` },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill();
        await gone;
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}
