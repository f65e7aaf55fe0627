export { type ChannelConnection, createChannelConnection } from './connection.ts';
export { TESTIMONIALS, testimonialHandlers } from './handlers.ts';
export { testimonialsPart } from './part.ts';
export { createTestimonials, type Testimonials } from './service.ts';
