import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const api = 'http://localhost:8080';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    // light-dark() is native in these; older browsers would get it compiled away.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // Everything is a file of its own, so that a strict content security policy needs no data: URLs.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: { '/info': api, '/search': api, '/sessions': api, '/datasets': api, '/embed': api, '/q': api },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
    testTimeout: 30_000,
    // The setup file resets every store, so files can share one environment: ten times faster.
    isolate: false,
  },
});
