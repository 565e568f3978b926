import * as z from 'zod';

const milliseconds = (low: number, high: number) => z.number().min(low).max(high);
const httpUrl = z.url({ protocol: /^https?$/, error: 'an address such as http://127.0.0.1:8000' });
const webSocketUrl = z.url({ protocol: /^wss?$/, error: 'an address such as ws://127.0.0.1:7003/ws/stt' });

const sttOptions = z
  .strictObject({
    url: webSocketUrl.default('ws://127.0.0.1:7003/ws/stt').describe('The stt service. Set by STT_WS_URL too.'),
    queueMs: milliseconds(200, 20_000)
      .default(4_000)
      .describe("Caller's audio kept while the service is not there or slow; the oldest is dropped beyond it. Milliseconds."),
    inFlightMs: milliseconds(100, 10_000).default(1_000).describe('Audio handed to the socket and not yet taken by it. Milliseconds.'),
    connectTimeoutMs: milliseconds(100, 20_000).default(1_500).describe('Until a connection is there. Milliseconds.'),
    answerTimeoutMs: milliseconds(300, 30_000)
      .default(2_500)
      .describe('From a pause to its final text; twice in a row and the connection is made anew. Milliseconds.'),
    backoffMs: milliseconds(10, 10_000).default(150).describe('Before connecting again; doubles each time. Milliseconds.'),
    maxBackoffMs: milliseconds(100, 60_000).default(4_000).describe('The most of it. Milliseconds.'),
    pingMs: milliseconds(500, 120_000).default(5_000).describe('A connection silent for twice this is taken for dead. Milliseconds.'),
  })
  .prefault({});

const llmOptions = z
  .strictObject({
    baseUrl: httpUrl
      .default('http://127.0.0.1:8000')
      .describe('An OpenAI-compatible server, with or without /v1. Set by VLLM_BASE_URL too.'),
    model: z.string().min(1).max(200).default('SmolLM2-135M-Instruct').describe('The model asked for. Set by VLLM_MODEL_ID too.'),
    temperature: z
      .number()
      .min(0)
      .max(2)
      .default(0.2)
      .describe('0 says the same each time; small models need 0.2 or less. Set by LLM_TEMPERATURE too.'),
    maxNewTokens: z.int().min(1).max(4_096).default(80).describe('Length of a reply. Tokens. Set by LLM_MAX_NEW_TOKENS too.'),
    systemPrompt: z
      .string()
      .max(8_000)
      .default('')
      .describe(
        'What the model is told to be: in place of the prompt of personas for free talk (mode: chat), and where another persona has none. Set by LLM_SYSTEM_PROMPT too.',
      ),
    capable: z
      .boolean()
      .default(false)
      .describe('Whether the model can be trusted with facts: then it answers what the knowledge does not. No small one can.'),
    dialect: z.enum(['llama.cpp', 'vllm', 'openai']).default('llama.cpp').describe("Which fields beyond OpenAI's the server takes."),
    disableThinking: z.boolean().default(false).describe('Ask a model that thinks first (Qwen3) not to; thinking costs seconds.'),
    apiKeyEnv: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable')
      .default('LLM_API_KEY')
      .describe('The environment variable with the key of the server, if it wants one.'),
    connectTimeoutMs: milliseconds(100, 20_000).default(1_000).describe('Until a connection is there. Milliseconds.'),
    firstTokenTimeoutMs: milliseconds(200, 60_000).default(4_000).describe('Until the first words. Milliseconds.'),
    idleTimeoutMs: milliseconds(200, 60_000).default(2_000).describe('Between two pieces of a reply. Milliseconds.'),
    totalTimeoutMs: milliseconds(1_000, 600_000).default(30_000).describe('All waiting for one reply. Milliseconds.'),
    maxReplyChars: z
      .int()
      .min(50)
      .max(100_000)
      .default(8_000)
      .describe('A reply is cut here, whatever the server makes of the token limit. Characters.'),
    connections: z.int().min(1).max(1_000).default(64).describe('Requests at once; more wait.'),
  })
  .prefault({});

const ttsOptions = z
  .strictObject({
    url: httpUrl.default('http://127.0.0.1:7002/tts/stream').describe('The tts service. Set by TTS_STREAM_URL too.'),
    connectTimeoutMs: milliseconds(100, 20_000).default(1_000).describe('Until a connection is there. Milliseconds.'),
    firstAudioTimeoutMs: milliseconds(200, 60_000).default(4_000).describe('Until the first audio of a piece. Milliseconds.'),
    idleTimeoutMs: milliseconds(200, 60_000).default(3_000).describe('Between two chunks of a piece. Milliseconds.'),
    totalTimeoutMs: milliseconds(1_000, 600_000).default(30_000).describe('All waiting for one piece. Milliseconds.'),
    maxAudioMs: milliseconds(1_000, 600_000).default(90_000).describe('More audio for one piece is a fault. Milliseconds.'),
    connections: z.int().min(1).max(1_000).default(64).describe('Requests at once; more wait.'),
  })
  .prefault({});

const embeddingOptions = z
  .strictObject({
    baseUrl: httpUrl.default('http://127.0.0.1:8000').describe('An OpenAI-compatible server with /v1/embeddings, with or without /v1.'),
    model: z.string().min(1).max(200).default('all-MiniLM-L6-v2').describe('The model asked for.'),
    batchTexts: z.int().min(1).max(2_000).default(32).describe('Texts in one request.'),
    connectTimeoutMs: milliseconds(100, 20_000).default(1_000).describe('Until a connection is there. Milliseconds.'),
    timeoutMs: milliseconds(100, 60_000).default(1_500).describe('For one sentence. Milliseconds.'),
    perTextTimeoutMs: milliseconds(0, 10_000).default(500).describe('More for each further sentence of a request. Milliseconds.'),
    connections: z.int().min(1).max(1_000).default(16).describe('Requests at once; more wait.'),
  })
  .prefault({});

/** Where the speech services are, and how long and how often they are asked. */
export const serviceOptions = z
  .strictObject({
    stt: sttOptions.describe('Speech to text.'),
    llm: llmOptions.describe('The language model.'),
    tts: ttsOptions.describe('Text to speech.'),
    embedding: embeddingOptions.describe('Sentence vectors for the knowledge.'),
    keepAliveMs: milliseconds(100, 600_000)
      .default(4_000)
      .describe('How long an idle HTTP connection is kept. uvicorn closes its own after 5 s. Milliseconds.'),
    retry: z
      .strictObject({
        attempts: z
          .int()
          .min(1)
          .max(10)
          .default(3)
          .describe('How often a request is made at most, only while nothing of the reply has come.'),
        backoffMs: milliseconds(0, 5_000).default(40).describe('Before the second attempt; doubles each time. Milliseconds.'),
        withinMs: milliseconds(0, 30_000).default(600).describe('No attempt begins later than this. Milliseconds.'),
      })
      .prefault({}),
    breaker: z
      .strictObject({
        failures: z.int().min(1).max(100).default(4).describe('Failures in a row after which a service is not asked for a while.'),
        openMs: milliseconds(50, 60_000).default(1_000).describe('That while; doubles each time a probe fails. Milliseconds.'),
        maxOpenMs: milliseconds(100, 600_000).default(8_000).describe('The most of it. Milliseconds.'),
        probeMs: milliseconds(100, 60_000)
          .default(5_000)
          .describe('A probe that does not report in this time makes room for another. Milliseconds.'),
      })
      .prefault({}),
  })
  .prefault({});

export type ServiceOptions = z.infer<typeof serviceOptions>;
