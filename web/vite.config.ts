import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("src", import.meta.url));

// A server to develop against: `make run` beside `npm run dev`.
const server = process.env.TORG_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/app/",
  resolve: {
    alias: {
      "@": src,
      // Libraries that are written for React run on Preact.
      react: "preact/compat",
      "react-dom": "preact/compat",
      "react/jsx-runtime": "preact/jsx-runtime",
      "use-sync-external-store/shim/index.js": "preact/compat",
    },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    // Nothing inline: the policy of the page allows `'self'` only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    rollupOptions: {
      output: {
        // What every screen has comes at once: a dozen files of a kilobyte each would wait for one another
        // on a phone's connection.
        codeSplitting: {
          groups: [
            { name: "kit", priority: 2, test: /\/node_modules\/(preact|@tanstack|wouter|openapi-fetch|@tma\.js|better-promises|mitt|error-kid|fp-ts|valibot)\/|\/src\/(kit|i18n|telegram|api)\/|\/src\/app\/(list|clock|queries|bootstrap)\.ts/ },
            { name: "forms", priority: 1, test: /\/node_modules\/zod\/|\/src\/app\/form\.ts/ },
          ],
        },
      },
      onwarn: (warning, warn) => {
        // Marks for servers that render React; there is none here.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
  server: {
    // Everything but the app itself is the server's.
    proxy: { "^/(?!app/)": { target: server, ws: true } },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    // Libraries for React see the aliases above only when they are built along.
    server: { deps: { inline: ["wouter", "@tanstack/react-query"] } },
  },
});
