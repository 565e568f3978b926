import fastify from 'fastify';
import { expect, it } from 'vitest';
import { startStack } from './websocket-test-stack.ts';

it('who asks the address of the WebSocket by plain HTTP is told to upgrade', async () => {
  const stack = await startStack();
  const app = fastify();
  stack.gateway.routes(app);
  const answer = await app.inject({ method: 'GET', url: '/ws/audio?persona=bot' });
  expect(answer.statusCode).toBe(426);
  expect(answer.headers).toMatchObject({ upgrade: 'websocket', 'content-type': expect.stringMatching(/^application\/problem\+json/) });
  expect(answer.json()).toMatchObject({ status: 426, code: 'UPGRADE_REQUIRED' });
  await app.close();
  await stack.close();
});
