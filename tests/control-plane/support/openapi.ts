import SwaggerParser from '@apidevtools/swagger-parser';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';

/** What three validators have against an OpenAPI document: two of its schema, one of how it hangs together. */
export async function faultsOf(document: object): Promise<string[]> {
  const copy = () => structuredClone(document) as never;
  const schema = await new Validator().validate(copy());
  const parsed = await SwaggerParser.validate(copy()).then(
    () => [],
    (error: Error) => [`swagger-parser: ${error.message}`],
  );
  const config = await createConfig({
    extends: ['recommended'],
    rules: { 'info-license': 'off', 'no-empty-servers': 'off' },
  });
  const linted = await lintFromString({ source: JSON.stringify(document), absoluteRef: 'openapi.json', config });
  return [
    ...(schema.valid ? [] : [`openapi-schema-validator: ${JSON.stringify(schema.errors)}`]),
    ...parsed,
    ...linted.map(({ ruleId, message, location }) => `redocly ${ruleId}: ${message} ${location[0]?.pointer ?? ''}`),
  ];
}
