import { once } from 'node:events';
import { WebSocket } from 'ws';

/** What one of Node's threads holds after its garbage has been collected, bytes. */
export interface ThreadMemory {
  /** Objects and what hangs on them: buffers, WebAssembly. */
  readonly heldBytes: number;
}

export interface ProcessMemory {
  readonly main: ThreadMemory;
  readonly workers: readonly ThreadMemory[];
  readonly rssBytes: number;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly sessionId?: string; readonly message?: string };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

type Send = (method: string, params?: object) => Promise<unknown>;

/** A Node process that was started with `--inspect`, and its worker threads, by the DevTools protocol. */
export class NodeInspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #workers = new Set<string>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#take(JSON.parse(String(data as Buffer)) as Answer));
  }

  /** `output`: what the process has written so far; Node says there where it listens. */
  static async attach(output: string): Promise<NodeInspector> {
    const url = /Debugger listening on (ws:\S+)/.exec(output)?.[1];
    if (url === undefined) throw new Error('the process was not started with --inspect');
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, 'open');
    const inspector = new NodeInspector(socket);
    await inspector.#main('NodeWorker.enable', { waitForDebuggerOnStart: false });
    return inspector;
  }

  async memory(): Promise<ProcessMemory> {
    const workers: ThreadMemory[] = [];
    for (const session of this.#workers) workers.push(await threadMemory((method, params) => this.#inWorker(session, method, params)));
    const main = await threadMemory((method, params) => this.#main(method, params));
    const rssBytes = await evaluate((method, params) => this.#main(method, params), 'process.memoryUsage.rss()');
    return { main, workers, rssBytes };
  }

  close(): void {
    this.#socket.close();
  }

  #take(answer: Answer): void {
    const { method, params } = answer;
    if (method === 'NodeWorker.attachedToWorker' && params?.sessionId !== undefined) this.#workers.add(params.sessionId);
    else if (method === 'NodeWorker.detachedFromWorker' && params?.sessionId !== undefined) this.#workers.delete(params.sessionId);
    else if (method === 'NodeWorker.receivedMessageFromWorker' && params?.message !== undefined)
      this.#take(JSON.parse(params.message) as Answer);
    else if (answer.id !== undefined) {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    }
  }

  async #main(method: string, params: object = {}): Promise<unknown> {
    const id = this.#nextId();
    const answer = this.#answer(id, method);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return await answer;
  }

  async #inWorker(sessionId: string, method: string, params: object = {}): Promise<unknown> {
    const id = this.#nextId();
    const answer = this.#answer(id, method);
    await this.#main('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method, params }) });
    return await answer;
  }

  #answer(id: number, method: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => (error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result)));
    });
  }

  #nextId(): number {
    return ++this.#lastId;
  }
}

async function threadMemory(send: Send): Promise<ThreadMemory> {
  // Finalizers of the first collection let go of what the second one frees.
  for (let i = 0; i < 2; i++) await send('HeapProfiler.collectGarbage');
  return { heldBytes: await evaluate(send, '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())') };
}

async function evaluate(send: Send, expression: string): Promise<number> {
  const { result } = (await send('Runtime.evaluate', { expression, returnByValue: true })) as { result: { value: unknown } };
  if (typeof result.value !== 'number') throw new Error(`${expression} came to nothing: ${JSON.stringify(result)}`);
  return result.value;
}
