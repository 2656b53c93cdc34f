// Shape of the document about shapes.
import { Type } from 'typebox'

export const OpenapiDocument = Type.Object(
  { openapi: Type.String() },
  { additionalProperties: true, description: 'OpenAPI 3.1' },
)
