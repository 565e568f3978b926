import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseWav } from '#callers/wav';
import { freeTcpPort } from '../support/app-under-test.ts';

/** linphonec as a person's phone: a second SIP and RTP stack that shares no code with baresip. It loops its WAV. */
export class Linphone {
  readonly #dir: string;
  readonly #process: ChildProcess;
  #log = '';

  private constructor(dir: string, child: ChildProcess) {
    this.#dir = dir;
    this.#process = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => {
        this.#log = (this.#log + bytes.toString()).slice(-400_000);
      });
    child.stdin?.on('error', () => {});
  }

  /** `encrypted`: with nobody who does not (SDES). */
  static async start(wav: string, media: 'plain' | 'encrypted' = 'plain'): Promise<Linphone> {
    const dir = mkdtempSync(join(tmpdir(), 'linphone-'));
    mkdirSync(join(dir, '.local', 'share', 'linphone'), { recursive: true });
    writeFileSync(join(dir, 'rc'), configuration(await freeTcpPort(), media));
    const child = spawn('linphonec', ['-c', join(dir, 'rc'), '-d', '1'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, HOME: dir },
    });
    child.on('error', (error) => {
      phone.#log += `linphonec does not start (Debian: apt-get install linphone-cli): ${String(error)}`;
    });
    const phone = new Linphone(dir, child);
    await phone.#says(/linphonec>/, 15_000);
    phone.#command('soundcard use files');
    phone.#command(`play ${wav}`);
    phone.#command(`record ${join(dir, 'heard.wav')}`);
    return phone;
  }

  async dial(uri: string): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 300));
    this.#command(`call ${uri}`);
    await this.#says(/moving from state \w+ to LinphoneCallStreamsRunning/, 15_000);
  }

  /** Speaks another file from now on. */
  speak(wav: string): void {
    this.#command(`play ${wav}`);
  }

  get closed(): boolean {
    return /to LinphoneCallEnd/.test(this.#log);
  }

  /** Hangs up if need be, ends the program, and returns what it heard: 8 kHz. */
  async finish(): Promise<Int16Array> {
    this.#command('terminate');
    await this.#says(/to LinphoneCall(Released|Error)/, 4000).catch(() => {});
    const exited = once(this.#process, 'exit');
    this.#command('quit');
    const insist = setTimeout(() => this.#process.kill('SIGKILL'), 5000);
    await exited;
    clearTimeout(insist);
    const path = join(this.#dir, 'heard.wav');
    const heard = existsSync(path) ? parseWav(readFileSync(path), path).pcm : new Int16Array(0);
    rmSync(this.#dir, { recursive: true, force: true });
    return heard;
  }

  #command(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  async #says(pattern: RegExp, withinMs: number): Promise<void> {
    const untilMs = performance.now() + withinMs;
    while (!pattern.test(this.#log)) {
      if (performance.now() > untilMs || this.#process.exitCode !== null)
        throw new Error(`linphonec: ${String(pattern)} not within ${withinMs} ms\n${this.#log.slice(-3000)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function configuration(sipPort: number, media: 'plain' | 'encrypted'): string {
  const codecs = [
    ['opus', 48000, 1],
    ['speex', 16000, 1],
    ['speex', 8000, 1],
    ['PCMU', 8000, 1],
    ['PCMA', 8000, 1],
    ['GSM', 8000, 0],
    ['G722', 8000, 0],
  ] as const;
  return [
    '[sip]',
    `sip_port=${sipPort}`,
    'sip_tcp_port=0',
    'sip_tls_port=0',
    'auto_net_state_mon=0',
    `contact=sip:linphone@127.0.0.1:${sipPort}`,
    'default_proxy=-1',
    ...(media === 'plain' ? ['media_encryption=none'] : ['media_encryption=srtp', 'media_encryption_mandatory=1']),
    'register_only_when_network_is_up=0',
    'guess_hostname=1',
    'inc_timeout=30',
    'in_call_timeout=0',
    'delayed_timeout=4',
    '',
    '[net]',
    'mtu=1300',
    '',
    '[rtp]',
    `audio_rtp_port=${20_000 + (sipPort % 10_000)}`,
    'nortp_timeout=30',
    'audio_jitt_comp=60',
    '',
    '[sound]',
    'echocancellation=0',
    'agc=0',
    'playback_gain_db=0.000000',
    'mic_gain_db=0.000000',
    '',
    '[video]',
    'enabled=0',
    'capture=0',
    'display=0',
    '',
    ...codecs.flatMap(([mime, rate, enabled], index) => [
      `[audio_codec_${index}]`,
      `mime=${mime}`,
      `rate=${rate}`,
      `channels=${mime === 'opus' ? 2 : 1}`,
      `enabled=${enabled}`,
      '',
    ]),
  ].join('\n');
}
