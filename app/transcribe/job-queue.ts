import { randomUUID } from 'node:crypto';
import { connect, type Channel, type ChannelModel } from 'amqplib';
import { AppError, errorText } from '#domain/errors';

export type JobKind = 'stt' | 'tts';

export interface JobReply {
  readonly body: Buffer;
  readonly contentType: string;
}

/** The jobs of one program: each is sent, and its reply is found by its correlation id, whichever worker did it. */
export class JobQueue {
  readonly #connection: ChannelModel;
  readonly #channel: Channel;
  readonly #replyTo: string;
  readonly #waiting = new Map<
    string,
    { readonly resolve: (reply: JobReply) => void; readonly reject: (error: Error) => void; readonly timer: NodeJS.Timeout }
  >();
  #closed: Error | undefined;

  private constructor(connection: ChannelModel, channel: Channel, replyTo: string) {
    this.#connection = connection;
    this.#channel = channel;
    this.#replyTo = replyTo;
    const onGone = (error?: unknown): void =>
      this.#fail(
        new AppError(
          'BROKER_GONE',
          `BROKER_GONE: the connection to RabbitMQ has ended${error === undefined ? '' : `: ${errorText(error)}`}`,
        ),
      );
    connection.on('error', onGone);
    connection.on('close', onGone);
    channel.on('error', onGone);
  }

  /** Declares the queues as the workers do (`gpu-services/batch/worker.py`), so that jobs may come before workers. */
  static async open(url: string): Promise<JobQueue> {
    const connection = await connect(url, { timeout: CONNECT_WITHIN_MS });
    const channel = await connection.createChannel();
    for (const kind of ['stt', 'tts'] as const) {
      await channel.assertQueue(`${kind}.dead`, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
      await channel.assertQueue(jobsOf(kind), {
        durable: true,
        arguments: {
          'x-queue-type': 'quorum',
          'x-delivery-limit': MAX_DELIVERIES - 1,
          'x-dead-letter-exchange': '',
          'x-dead-letter-routing-key': `${kind}.dead`,
        },
      });
    }
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true });
    const jobs = new JobQueue(connection, channel, queue);
    await channel.consume(
      queue,
      (message) => {
        if (message !== null)
          jobs.#arrived(String(message.properties.correlationId), {
            body: message.content,
            contentType: String(message.properties.contentType ?? ''),
          });
      },
      { noAck: true },
    );
    return jobs;
  }

  /** The reply of whichever worker does it. Rejects with `JOB_LATE`, with `BROKER_GONE`, or with what the worker found wrong. */
  async ask(
    kind: JobKind,
    body: Buffer,
    {
      contentType,
      headers = {},
      withinMs = JOB_WITHIN_MS,
    }: { readonly contentType: string; readonly headers?: Readonly<Record<string, string>>; readonly withinMs?: number },
  ): Promise<JobReply> {
    if (this.#closed !== undefined) throw this.#closed;
    const correlationId = randomUUID();
    const reply = new Promise<JobReply>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(correlationId);
        reject(
          new AppError(
            'JOB_LATE',
            `JOB_LATE: no worker finished the job within ${Math.round(withinMs / 1000)} s; check that one is running, and its log. A job that failed ${MAX_DELIVERIES} times is in the queue ${kind}.dead`,
          ),
        );
      }, withinMs);
      this.#waiting.set(correlationId, { resolve, reject, timer });
    });
    this.#channel.sendToQueue(jobsOf(kind), body, { correlationId, replyTo: this.#replyTo, contentType, headers, persistent: true });
    return reply;
  }

  /** Jobs of a kind that nobody has begun. */
  async waiting(kind: JobKind | 'stt.dead' | 'tts.dead'): Promise<number> {
    return (await this.#channel.checkQueue(kind.includes('.') ? kind : jobsOf(kind as JobKind))).messageCount;
  }

  async close(): Promise<void> {
    this.#fail(new AppError('BROKER_GONE', 'BROKER_GONE: the queue was closed'));
    await this.#connection.close().catch(() => undefined);
  }

  #arrived(correlationId: string, reply: JobReply): void {
    const waiting = this.#waiting.get(correlationId);
    if (waiting === undefined) return;
    this.#waiting.delete(correlationId);
    clearTimeout(waiting.timer);
    const fault = faultIn(reply);
    if (fault === undefined) waiting.resolve(reply);
    else waiting.reject(fault);
  }

  #fail(error: Error): void {
    this.#closed ??= error;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
  }
}

/** What a worker found wrong with a job, in its own words. */
function faultIn({ body, contentType }: JobReply): AppError | undefined {
  if (contentType !== 'application/json') return undefined;
  try {
    const { error } = JSON.parse(body.toString()) as { readonly error?: { readonly code?: unknown; readonly message?: unknown } };
    return error === undefined
      ? undefined
      : new AppError(`JOB_${String(error.code ?? 'FAILED')}`, String(error.message ?? 'the worker does not say why'));
  } catch {
    return new AppError('JOB_BAD_REPLY', 'the reply of the worker is not JSON');
  }
}

function jobsOf(kind: JobKind): string {
  return `${kind}.jobs`;
}

/** As batch/worker.py has it. */
const MAX_DELIVERIES = 3;
const CONNECT_WITHIN_MS = 10_000;
/** An hour of speech takes a core some ten minutes. */
const JOB_WITHIN_MS = 3_600_000;
