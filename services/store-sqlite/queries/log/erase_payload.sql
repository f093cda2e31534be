-- log/erase_payload
update event set payload = null where position = $1 and payload is not null
