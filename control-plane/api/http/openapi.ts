import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { withHeaders } from './openapi-headers.ts';

/**
 * The OpenAPI document at `/openapi.json` and a reference page at `/docs`. The page brings its own script and asks no
 * other host for anything, so that it also works on a machine without a way out.
 */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Lapak', version: '1', description: 'The API of the control plane.' },
      components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'lpk_…' } } },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withHeaders('openapiObject' in document ? document.openapiObject : {}),
  });
  app.get('/openapi.json', { schema: { hide: true } as object }, async () => app.swagger());
  registerReference(app);
}

/** The page and its script take memory for good, and few read them: they are loaded for the first who does. */
function registerReference(app: FastifyInstance): void {
  let opening: Promise<FastifyInstance> | undefined;
  app.addHook('onClose', async () => (await opening)?.close());
  for (const path of ['/docs', '/docs/*']) {
    app.get(path, { schema: { hide: true } as object }, async ({ url }, reply) => {
      opening ??= openReference();
      const { statusCode, headers, rawPayload } = await (await opening).inject({ method: 'GET', url });
      return reply.code(statusCode).headers(headers).send(rawPayload);
    });
  }
}

async function openReference(): Promise<FastifyInstance> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const page = Fastify();
  await page.register(scalar, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      pageTitle: 'Lapak API',
      authentication: { preferredSecurityScheme: 'apiKey' },
      withDefaultFonts: false,
      telemetry: false,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
      proxyUrl: '',
    },
  });
  return page;
}
