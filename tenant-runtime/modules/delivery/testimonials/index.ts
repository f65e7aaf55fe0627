export { testimonialsSection } from './configuration-section.ts';
export { createChannelConnection } from './connection.ts';
export { TESTIMONIALS, testimonialHandlers } from './handlers.ts';
export { createTestimonials, type Testimonials } from './service.ts';
