import type { GatewayFactory } from '../gateway.ts';
import { createPakasir } from './client.ts';

/** Pakasir, for a store that names its project there. */
export const pakasir: GatewayFactory = (env, deps) =>
  createPakasir(
    {
      apiBase: env.PAKASIR_API_BASE,
      publicDomain: env.PAKASIR_PUBLIC_DOMAIN,
      project: env.PAKASIR_PROJECT_SLUG,
      apiKey: env.PAKASIR_API_KEY,
      webhookSecret: env.PAKASIR_WEBHOOK_SECRET,
    },
    deps,
  );
