export { type ChannelConnection, createChannelConnection } from './connection.ts';
export { TESTIMONIALS, testimonialHandlers } from './handlers.ts';
export { testimonialsSection } from './section.ts';
export { createTestimonials, type Testimonials } from './service.ts';
