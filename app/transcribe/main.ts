import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { errorText } from '#domain/errors';
import { prepareFor } from '../setup/prepare.ts';
import { openBroker, type Broker } from './broker.ts';
import { JobQueue } from './job-queue.ts';
import { saying, startPython, type Helper } from './helper.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const USAGE = `npm run transcribe -- FILE... [--workers 1] [--language en] [--json] [--out DIR]

  FILE         a WAV file (16-bit PCM, any rate, up to 4 hours)
  --workers N  workers started here; 0 where some run elsewhere (python -m batch.worker stt)
  --json       segments with their times beside the text
  --out DIR    write one .txt (or .json) file per recording there, in place of the terminal

Jobs go through RabbitMQ: the one at AMQP_URL, or Debian's, which is started for the time of the run.
`;

export interface Transcript {
  readonly text: string;
  readonly segments: readonly { readonly startS: number; readonly endS: number; readonly text: string }[];
  readonly decodeMs: number;
}

/** Writes down recordings by way of the queue; one that fails does not keep the others from being done. Resolves with the exit code. */
async function transcribe(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      workers: { type: 'string' },
      language: { type: 'string' },
      json: { type: 'boolean' },
      out: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true || positionals.length === 0) {
    process.stderr.write(USAGE);
    return values.help === true ? 0 : 2;
  }
  const workers = Number(values.workers ?? 1);
  if (!Number.isInteger(workers) || workers < 0 || workers > 32)
    throw new Error(`--workers "${values.workers ?? ''}": must be a whole number from 0 to 32`);
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  const files = positionals.map((file) => ({ file, bytes: readFileSync(resolve(cwd, file)) }));
  const prepared = await prepareFor(['python', 'python-batch', 'models']);
  const broker = await openBroker(process.env['AMQP_URL'], note);
  const running: Helper[] = [];
  let jobs: JobQueue | undefined;
  const stop = (): void => void endAll(broker, running, jobs).then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    for (let at = 0; at < workers; at += 1)
      running.push(startPython('batch.worker', ['stt'], { root: ROOT, ...prepared }, { AMQP_URL: broker.url }));
    if (workers > 0) note(`starting ${workers === 1 ? 'a worker' : `${workers} workers`}`);
    await Promise.all(running.map((worker) => worker.said(saying('waiting for jobs'))));
    const queue = await JobQueue.open(broker.url);
    jobs = queue;
    let done = 0;
    let failed = 0;
    await Promise.all(
      files.map(async ({ file, bytes }) => {
        try {
          const { body } = await queue.ask('stt', bytes, { contentType: 'audio/wav', headers: { language: values.language ?? '' } });
          write(file, JSON.parse(body.toString()) as Transcript, {
            json: values.json === true,
            out: values.out === undefined ? undefined : resolve(cwd, values.out),
            many: files.length > 1,
          });
        } catch (error) {
          failed += 1;
          note(`${file}: ${errorText(error)}`);
        }
        done += 1;
        note(`[${done}/${files.length}] ${file}`);
      }),
    );
    return failed === 0 ? 0 : 1;
  } finally {
    await endAll(broker, running, jobs);
  }
}

function write(
  file: string,
  transcript: Transcript,
  { json, out, many }: { readonly json: boolean; readonly out: string | undefined; readonly many: boolean },
): void {
  const text = json ? `${JSON.stringify({ file, ...transcript }, null, many && out === undefined ? 0 : 2)}\n` : `${transcript.text}\n`;
  if (out === undefined) process.stdout.write(many && !json ? `${file}: ${text}` : text);
  else writeFileSync(join(out, `${basename(file, extname(file))}.${json ? 'json' : 'txt'}`), text);
}

async function endAll(broker: Broker, running: readonly Helper[], jobs: JobQueue | undefined): Promise<void> {
  await jobs?.close();
  await Promise.all(running.map((worker) => worker.stop()));
  await broker.stop();
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

try {
  process.exit(await transcribe(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`transcribe: ${errorText(error)}\n`);
  process.exit(1);
}
