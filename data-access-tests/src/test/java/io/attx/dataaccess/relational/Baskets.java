package io.attx.dataaccess.relational;

import org.springframework.data.repository.CrudRepository;

interface Baskets extends CrudRepository<Basket, Long> {}
