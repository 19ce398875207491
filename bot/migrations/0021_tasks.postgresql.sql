-- Lines of quoted answers were named after note and wish; nothing is looked for under that name.
UPDATE expense SET id = 'repeat:' || replace(gen_random_uuid()::text, '-', '') WHERE id LIKE '%@%';
