import { expect, it } from 'vitest';
import { ClosingStack } from './closing.ts';

it('closes in the opposite order, once, and goes on after a failure', async () => {
  const order: string[] = [];
  const stack = new ClosingStack((name) => order.push(`failed ${name}`));
  stack.add('store', () => order.push('store'));
  stack.add('media', () => {
    throw new Error('stuck');
  });
  stack.add('sip', async () => order.push('sip'));
  await Promise.all([stack.close(), stack.close()]);
  expect(order).toEqual(['sip', 'failed media', 'store']);
});
