/**
 * How many of a product can be had, as SQL; `p` is the alias of a row of products. Stock is the number of unsold units; of
 * content that is endless there is always one for whoever asks, as long as it is there and the product is not archived.
 */
export const availableOf = (p: string): string =>
  `(CASE ${p}.kind WHEN 'endless'
     THEN (SELECT count(*) FROM endless_contents e WHERE e.product_id = ${p}.id AND ${p}.status <> 'archived')
     ELSE (SELECT count(*) FROM stock_units s WHERE s.product_id = ${p}.id AND s.status = 'available') END)`;
