-- Numbers of the stock and of purchases, defined once for every module that reads them.

-- How many of a product can be had. Stock is the number of unsold units; of content that is endless there is always one for
-- whoever asks, as long as it is there and the product is not archived.
CREATE VIEW product_stock AS
SELECT p.id AS product_id,
       CASE p.kind WHEN 'endless'
         THEN (SELECT count(*) FROM endless_contents e WHERE e.product_id = p.id AND p.status <> 'archived')
         ELSE (SELECT count(*) FROM stock_units u WHERE u.product_id = p.id AND u.status = 'available')
       END AS available
  FROM products p;

-- How many of a product a customer has in orders that were not cancelled.
CREATE VIEW customer_purchases AS
SELECT o.user_id, l.product_id, sum(l.quantity)::bigint AS quantity
  FROM orders o JOIN order_lines l ON l.order_id = o.id
 WHERE o.status IN ('awaiting_payment', 'paid', 'delivered')
 GROUP BY o.user_id, l.product_id;
