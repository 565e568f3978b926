import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseWav } from '#callers/wav';
import { freeTcpPort } from '../support/app-under-test.ts';

export interface BaresipOptions {
  /** WAV at 8 kHz, mono, that it speaks first; it hangs up where a file ends. */
  readonly wav: string;
  /** Parameters of the account, such as `audio_codecs=PCMA/8000/1`. */
  readonly account?: string;
  readonly fromUser?: string;
  readonly transport?: 'udp' | 'tcp';
}

interface BaresipEvent {
  readonly type: string;
  readonly param?: string;
}

/** baresip as a person's phone: driven over its control socket, recording what it says and hears. */
export class Baresip {
  readonly events: BaresipEvent[] = [];
  readonly #dir: string;
  readonly #process: ChildProcess;
  readonly #control: Socket;
  #pending = Buffer.alloc(0);
  #log = '';

  private constructor(dir: string, child: ChildProcess, control: Socket) {
    this.#dir = dir;
    this.#process = child;
    this.#control = control;
    control.on('data', (bytes) => this.#read(bytes));
    control.on('error', () => {});
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => {
        this.#log = (this.#log + bytes.toString()).slice(-20_000);
      });
  }

  static async start(options: BaresipOptions): Promise<Baresip> {
    const dir = mkdtempSync(join(tmpdir(), 'baresip-'));
    const sipPort = await freeTcpPort();
    const controlPort = await freeTcpPort();
    writeConfiguration(dir, sipPort, controlPort, options);
    const child = spawn('baresip', ['-f', dir, '-v'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const failed = once(child, 'error').then(([error]) => {
      throw new Error(`baresip does not start (Debian: apt-get install baresip-core): ${String(error)}`);
    });
    const control = await Promise.race([connectSoon(controlPort), failed]).catch((error: unknown) => {
      child.kill('SIGKILL');
      throw error;
    });
    failed.catch(() => {});
    return new Baresip(dir, child, control);
  }

  dial(uri: string): void {
    this.command('dial', uri);
  }
  /** Speaks another file from now on. */
  speak(wav: string): void {
    this.command('ausrc', `aufile,${wav}`);
  }
  press(digit: string): void {
    this.command('sndcode', digit);
  }

  command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params, token: 'e2e' });
    this.#control.write(`${Buffer.byteLength(text)}:${text},`); // a netstring
  }

  /** Resolves with the event's parameter. */
  async event(type: string, withinMs = 10_000): Promise<string> {
    const untilMs = performance.now() + withinMs;
    for (;;) {
      const found = this.events.find((event) => event.type === type);
      if (found) return found.param ?? '';
      if (performance.now() > untilMs)
        throw new Error(
          `baresip: no ${type} within ${withinMs} ms; there were ${this.events.map((event) => `${event.type} ${event.param ?? ''}`).join(', ')}\n${this.#log.slice(-1500)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  get closed(): boolean {
    return this.events.some((event) => event.type === 'CALL_CLOSED');
  }

  /** Hangs up if need be, ends the program, and returns what it heard: 8 kHz. */
  async finish(): Promise<Int16Array> {
    if (!this.closed) {
      this.command('hangup');
      await this.event('CALL_CLOSED', 3000).catch(() => {});
    }
    const exited = once(this.#process, 'exit');
    this.command('quit');
    const insist = setTimeout(() => this.#process.kill('SIGKILL'), 4000);
    await exited;
    clearTimeout(insist);
    this.#control.destroy();
    const heard = readdirSync(this.#dir)
      .filter((file) => /^dump-.*-dec\.wav$/.test(file))
      .sort()
      .map((file) => parseWav(readFileSync(join(this.#dir, file)), file).pcm);
    rmSync(this.#dir, { recursive: true, force: true });
    const all = new Int16Array(heard.reduce((sum, pcm) => sum + pcm.length, 0));
    let at = 0;
    for (const pcm of heard) {
      all.set(pcm, at);
      at += pcm.length;
    }
    return all;
  }

  #read(bytes: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    for (;;) {
      const colon = this.#pending.indexOf(0x3a);
      if (colon < 0) return;
      const length = Number(this.#pending.subarray(0, colon).toString());
      if (this.#pending.length < colon + length + 2) return;
      const message = JSON.parse(this.#pending.subarray(colon + 1, colon + 1 + length).toString()) as {
        event?: boolean;
        type?: string;
        param?: string;
      };
      this.#pending = this.#pending.subarray(colon + length + 2);
      if (message.event && message.type !== undefined)
        this.events.push({ type: message.type, ...(message.param === undefined ? {} : { param: message.param }) });
    }
  }
}

function writeConfiguration(dir: string, sipPort: number, controlPort: number, options: BaresipOptions): void {
  const transport = options.transport ?? 'udp';
  writeFileSync(
    join(dir, 'accounts'),
    `<sip:${options.fromUser ?? 'baresip'}@127.0.0.1:${sipPort};transport=${transport}>;regint=0;answermode=manual;${options.account ?? 'audio_codecs=PCMU/8000/1'}\n`,
  );
  writeFileSync(join(dir, 'contacts'), '');
  const modules = ['g711', 'g722', 'opus', 'aufile', 'aubridge', 'sndfile', 'srtp'];
  writeFileSync(
    join(dir, 'config'),
    [
      'poll_method epoll',
      `sip_listen 127.0.0.1:${sipPort}`,
      'call_local_timeout 30',
      'call_max_calls 4',
      `audio_source aufile,${options.wav}`,
      'audio_player aubridge,nil',
      'audio_alert aubridge,nil',
      'ausrc_srate 8000',
      'auplay_srate 8000',
      'ausrc_channels 1',
      'auplay_channels 1',
      'net_interface 127.0.0.1',
      `module_path ${modulePath()}`,
      ...modules.map((name) => `module ${name}.so`),
      'module_tmp uuid.so',
      'module_tmp account.so',
      'module_app menu.so',
      'module_app ctrl_tcp.so',
      `snd_path ${dir}`,
      `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
      '',
    ].join('\n'),
  );
}

function modulePath(): string {
  return process.env['BARESIP_MODULES'] ?? '/usr/lib/baresip/modules';
}

async function connectSoon(port: number): Promise<Socket> {
  for (let attempt = 0; attempt < 80; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (connected) return socket;
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('baresip did not open its control socket within 8 s');
}
