import { defineConfig } from 'vitest/config';

// The emulator is compiled and run in the test's own thread: a busy machine needs its time.
export default defineConfig({ test: { include: ['tests/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } });
