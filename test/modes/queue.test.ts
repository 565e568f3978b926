import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBroker, type Broker } from '#app/transcribe/broker';
import { saying, startPython, type Helper } from '#app/transcribe/helper';
import { JobQueue } from '#app/transcribe/job-queue';
import { places } from '#app/setup/places';

const question = readFileSync(new URL('../../gpu-services/fixtures/what-time-is-breakfast.wav', import.meta.url));
const hasBroker = existsSync('/usr/lib/rabbitmq/lib') || process.env['AMQP_URL'] !== undefined;
if (!hasBroker) process.stderr.write('RabbitMQ is not installed (apt-get install rabbitmq-server): the tests of the queue are skipped\n');

describe.skipIf(!hasBroker)('recordings by way of the queue', () => {
  let broker: Broker;
  let jobs: JobQueue;
  const running: Helper[] = [];
  const start = async (kind: 'stt' | 'tts'): Promise<Helper> => {
    const worker = startPython('batch.worker', [kind], places(), { AMQP_URL: broker.url });
    running.push(worker);
    await worker.said(saying('waiting for jobs'));
    return worker;
  };
  beforeAll(async () => {
    broker = await openBroker(process.env['AMQP_URL'], () => undefined);
    jobs = await JobQueue.open(broker.url);
  });
  afterAll(async () => {
    await jobs.close();
    await Promise.all(running.map((worker) => worker.stop()));
    await broker.stop();
  });
  const hear = async (wav: Buffer, withinMs = 60_000): Promise<string> =>
    (JSON.parse((await jobs.ask('stt', wav, { contentType: 'audio/wav', withinMs })).body.toString()) as { readonly text: string }).text;

  it('a job that came before any worker is done; what is no WAV file is told its sender, and the worker goes on', async () => {
    const early = hear(question);
    await start('stt');
    expect(await early).toMatch(/what time is breakfast/i);
    await expect(hear(Buffer.from('no sound'))).rejects.toThrow('this is no PCM WAV file');
    expect(await hear(question)).toMatch(/breakfast/i);
  });

  it('the job of a worker that is killed is done by another', async () => {
    const [first] = running;
    const many = Array.from({ length: 6 }, () => hear(question));
    await many[0];
    // In the middle of its second job: what it had in hand was not acknowledged.
    await first?.stop('SIGKILL');
    await start('stt');
    for (const text of await Promise.all(many)) expect(text).toMatch(/breakfast/i);
    expect(await jobs.waiting('stt')).toBe(0);
    expect(await jobs.waiting('stt.dead')).toBe(0);
  });

  it('a text comes back as speech that recognition understands', async () => {
    await start('tts');
    const { body, contentType } = await jobs.ask('tts', Buffer.from(JSON.stringify({ text: 'The pool is open until ten.' })), {
      contentType: 'application/json',
      withinMs: 60_000,
    });
    expect(contentType).toBe('audio/wav');
    expect(await hear(body)).toMatch(/pool is open until (ten|10)/i);
    await expect(
      jobs.ask('tts', Buffer.from(JSON.stringify({ text: 'x', voice: 'nobody' })), { contentType: 'application/json', withinMs: 60_000 }),
    ).rejects.toThrow(/nobody/);
  });

  it('nobody waits for ever where there is no worker', async () => {
    await Promise.all(running.splice(0).map((worker) => worker.stop()));
    await expect(jobs.ask('stt', question, { contentType: 'audio/wav', withinMs: 300 })).rejects.toThrow(
      /JOB_LATE.*check that one is running/,
    );
  });
});

it('an address where no broker is gets a clear error, without its password', async () => {
  await expect(openBroker('amqp://user:sesame@127.0.0.1:9/', () => undefined)).rejects.toThrow(
    /NO_BROKER: AMQP_URL = amqp:\/\/user:\*+@127\.0\.0\.1:9\//,
  );
});
