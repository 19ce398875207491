-- Lines of quoted answers were named after note and wish; nothing is looked for under that name.
UPDATE expense SET id = 'repeat:' || lower(hex(randomblob(16))) WHERE id LIKE '%@%';
